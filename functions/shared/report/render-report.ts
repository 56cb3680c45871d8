import { createHash } from 'node:crypto';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { ImportReport } from './import-report.ts';
import type { ReportData } from './report-data.ts';
import { reportStyle } from './style.ts';

/** No script, no frame, no form; images from anywhere, since the store's address is a setting. The icon is an empty one. */
const policy = [
  "default-src 'none'",
  'img-src https: http: data:',
  `style-src 'sha256-${createHash('sha256').update(reportStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** report.html: one file that asks for nothing but its images. */
export function renderReport(data: ReportData): string {
  const head = renderToString(
    h('head', null, [
      h('meta', { charSet: 'utf-8' }),
      h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'referrer', content: 'no-referrer' }),
      h('link', { rel: 'icon', href: 'data:,' }),
      h('title', null, `${data.summary.file}: import report`),
      // Our own constant: escaped it would no longer be what the policy has the hash of.
      h('style', { dangerouslySetInnerHTML: { __html: reportStyle } }),
    ]),
  );
  return `<!doctype html>\n<html lang="en">${head}<body><main>${renderToString(h(ImportReport, data))}</main></body></html>\n`;
}
