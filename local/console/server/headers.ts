/** Everything comes from the page's own port, nothing inline; nobody frames it but itself. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

export const pageHeaders = {
  'content-security-policy': policy,
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** A report holds what suppliers wrote: shown without scripts and forms, with pictures of this port alone. */
export const sealedReportHeaders = {
  'content-security-policy':
    "sandbox allow-same-origin allow-popups allow-downloads; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
};

export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b57a8"/><path d="M8 3v7m-3-3 3 3 3-3M4 13h8" fill="none" stroke="#fff" stroke-width="1.6"/></svg>';

/** The page; `token` is what its requests to /console/api must carry. */
export function pageHtml(token: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="console-token" content="${token}">
<title>supplier-import</title>
<link rel="icon" href="/console/icon.svg">
<link rel="stylesheet" href="/console/main.css">
<script type="module" src="/console/main.js"></script>
</head>
<body><div id="console"></div></body>
</html>
`;
}
