import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageErrorCodes } from '../../../../functions/shared/images/image-error-codes.ts';
import { mendingOf, problemKinds } from '../../../../functions/shared/report/problem-kinds.ts';
import { renderReport } from '../../../../functions/shared/report/render-report.ts';
import { productsShown } from '../../../../functions/shared/report/report-data.ts';
import type { ImportSummary } from '../../../../workflows/payloads/summary.ts';
import { exampleCharacters } from '../../../../workflows/payloads/summary.ts';
import { rowCounts } from '../../../support/imports.ts';
import { aReport, aReportedProduct, aSummary } from '../../../support/reports.ts';

/** The page's text, as a reader sees it. */
const textOf = (html: string) =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');
/** Names of all attributes: their values are between double quotes, all of them. */
const namesOf = (html: string) =>
  [...html.replaceAll(/"[^"]*"/g, '""').matchAll(/<[^>]*>/g)].flatMap(([tag]) => tag.match(/[^\s"<>]+(?=="")/g) ?? []);
const tagsOf = (html: string) => [...html.matchAll(/<([a-z0-9]+)/gi)].map(([, name]) => name);

describe('the report of an import', () => {
  it('says what came in, what is wrong and what to do about it', () => {
    const text = textOf(renderReport(aReport()));
    for (const said of [
      'catalog.xlsx',
      'completed with problems',
      'Row 7, column “Price”: “ask” is no amount.',
      'Correct the marked cells in rejected.xlsx',
      imageErrorCodes.NOT_FOUND.meaning,
      'https://cdn.example/a.jpg',
      'And 299 more products',
    ]) {
      expect(text).toContain(said);
    }
  });

  it('says how long each step took, and leaves out those that the import did not get to', () => {
    const stepsOf = (values: Partial<ImportSummary>) =>
      textOf(renderReport(aReport({ summary: aSummary(values) }))).split('How long each step took')[1];
    expect(stepsOf({})).toMatch(/Dropped.*Started.*4\.2 s.*read.*6\.0 s.*written.*30 s.*Images converted.*2 min 44 s/);
    const ended = stepsOf({ steps: { parsedAt: null, writtenAt: null } });
    expect(ended).toMatch(/Started.*4\.2 s.*Finished.*3 min 20 s/);
    expect(ended).not.toContain('written');
  });

  it('has its parts as shares of each bar', () => {
    const html = renderReport(aReport());
    expect(html).toContain('<rect class="good" x="0" width="93.75" height="1"></rect>');
    expect(html).toContain('<rect class="bad" x="93.75" width="6.25" height="1"></rect>');
  });

  it('links to the files that lie beside it, and to no other', () => {
    const reports = { ...aSummary().reports, rejected: null };
    const html = renderReport(aReport({ summary: aSummary({ reports }) }));
    expect(html).toContain('<a href="problems.csv">');
    expect(html).not.toContain('rejected.xlsx"');
  });

  it('tells of a refused file the reason and the way out, and no counts where there are none', () => {
    const summary = aSummary({
      status: 'failed',
      format: null,
      rows: rowCounts(0),
      products: { created: 0, updated: 0, unchanged: 0, deactivated: 0 },
      error: { name: 'PasswordProtected', message: 'The workbook is encrypted.' },
    });
    const text = textOf(renderReport(aReport({ summary, products: [] })));
    expect(text).toContain('Why it was not imported');
    expect(text).toContain('The workbook is encrypted.');
    expect(text).toContain('Remove the password');
    expect(text).toContain('Nothing: the catalog is as it was.');
    expect(text).not.toContain('What came in');
  });

  it.each(['States.Timeout', 'constructor', ''])('does not blame the file for the error %j', (name) => {
    const summary = aSummary({ status: 'failed', error: { name, message: 'It ended.' } });
    expect(textOf(renderReport(aReport({ summary })))).toContain('Nothing is known to be wrong with the file.');
  });

  it('has a way out for each kind of problem', () => {
    for (const [code, { severity }] of Object.entries(problemKinds)) {
      expect(mendingOf(code, severity)).toMatch(/^[A-Z].*\.$/);
    }
    expect(mendingOf('constructor', 'error')).toBe(mendingOf('unheard_of', 'error'));
  });
});

describe('the page of a report', () => {
  it('allows no script, and by its hash the one style it has', () => {
    const html = renderReport(aReport());
    const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      'img-src https: http: data:',
      `style-src 'sha256-${hash}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(html).not.toMatch(/<script|\son[a-z]+=|\sstyle=/i);
  });

  it('has no tag and no attribute of what a file holds', () => {
    const hostile = fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        '</style><script>',
        '\u202egnp.exe',
        'קומקום',
        '&lt;b&gt;',
      ),
      fc.string({ unit: 'binary' }),
    );
    const plain = tagsOf(renderReport(aReport()));
    const plainNames = namesOf(renderReport(aReport()));
    fc.assert(
      fc.property(hostile, (text) => {
        const { problems, ...rest } = aSummary();
        const top = problems.top.map((problem) => ({ ...problem, example: text }));
        const html = renderReport({
          summary: { ...rest, problems: { ...problems, top }, file: text, supplier: text, format: text },
          products: [aReportedProduct({ code: text, title: text, currency: text })],
          examples: { NOT_FOUND: `https://cdn.example/${text}`, TOO_LARGE: 'https://cdn.example/b' },
        });
        expect(tagsOf(html)).toEqual(plain);
        expect(namesOf(html)).toEqual(plainNames);
      }),
    );
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', ' javascript:alert(1)', 'no url'])(
    'shows %j and does not link to it',
    (url) => {
      const html = renderReport(aReport({ examples: { NOT_FOUND: url } }));
      expect(textOf(html)).toContain(url);
      expect(html).not.toContain(`href="${url}`);
    },
  );

  it('stays below 2 MB at 100,000 products, whatever their texts are', () => {
    const long = '&"<'.repeat(3000);
    const products = Array.from({ length: productsShown }, (_, index) =>
      aReportedProduct({ code: `${index}${long.slice(0, 250)}`, title: long }),
    );
    const codes = Object.keys(imageErrorCodes);
    const summary = aSummary({
      file: long.slice(0, 1024),
      products: { created: 100_000, updated: 0, unchanged: 0, deactivated: 0 },
      images: {
        distinct: 1_000_000,
        converted: 0,
        waiting: 0,
        failed: 1_000_000,
        errors: Object.fromEntries(codes.map((code) => [code, 30_000])),
      },
      problems: {
        errors: 1_000_000,
        warnings: 0,
        top: Object.keys(problemKinds)
          .slice(0, 10)
          .map((code) => ({ code, severity: 'error', count: 100_000, example: long.slice(0, exampleCharacters) })),
      },
    });
    const examples = Object.fromEntries(codes.map((code) => [code, `https://cdn.example/${long.slice(0, 8000)}`]));
    const html = renderReport({ summary, products, examples });
    expect(Buffer.byteLength(html)).toBeLessThan(2_000_000);
    expect(textOf(html)).toContain('And 99,800 more products');
  });
});
