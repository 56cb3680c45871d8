/**
 * Viewer pages of file-sharing sites, rewritten to the file they show; other URLs come back as they are.
 * `drive.google.com/file/d/ID/view` → `drive.usercontent.google.com/download?id=ID&export=download`;
 * `www.dropbox.com/scl/fi/…?dl=0` → `…?dl=1`. https://help.dropbox.com/share/force-download
 */
export function directLink(url: URL): URL {
  if (/^(www\.)?dropbox\.com$/.test(url.hostname)) return dropboxLink(url);
  if (/^(drive|docs)\.google\.com$/.test(url.hostname)) return driveLink(url);
  return url;
}

function dropboxLink(url: URL): URL {
  // A file in a shared folder has a path below the folder's id and key.
  if (!/^\/(s|scl\/fi)\/|^\/sh\/[^/]+\/[^/]+\/./.test(url.pathname)) return url;
  const direct = new URL(url);
  direct.searchParams.delete('raw');
  direct.searchParams.set('dl', '1');
  return direct;
}

function driveLink(url: URL): URL {
  // Of an organisation's domain, and for the n-th account signed in.
  const path = url.pathname.replace(/^\/a\/[\w.-]+(?=\/)/, '').replace(/(?<=^|^\/file)\/u\/\d+(?=\/)/, '');
  const id = /^\/file\/d\/([\w-]+)/.exec(path)?.[1] ?? queryId(path, url);
  if (id === null) return url;
  const direct = new URL('https://drive.usercontent.google.com/download');
  direct.searchParams.set('id', id);
  direct.searchParams.set('export', 'download');
  // Links shared before 2021 open with the key alone.
  const resourceKey = url.searchParams.get('resourcekey');
  if (resourceKey !== null) direct.searchParams.set('resourcekey', resourceKey);
  return direct;
}

function queryId(path: string, url: URL): string | null {
  const id = /^\/(open|uc)$/.test(path) ? url.searchParams.get('id') : null;
  return id !== null && /^[\w-]+$/.test(id) ? id : null;
}
