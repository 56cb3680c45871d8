/** Formats that are decoded, by the names sharp's metadata gives them. */
export type ImageFormat = 'jpeg' | 'png' | 'gif' | 'webp' | 'avif' | 'tiff' | 'svg';

export type FileKind =
  | { kind: 'image'; format: ImageFormat }
  /** `name` completes "The file is …". */
  | { kind: 'html'; name: string }
  | { kind: 'text'; name: string }
  | { kind: 'other'; name: string };
