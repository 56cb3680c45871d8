import { Parser } from 'saxen';
import { CorruptSpreadsheetError, SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import { damaged, decodeReferences, normalLineEnds } from './xml-text.ts';
import type { ZipArchive } from './zip-archive.ts';

/** Attributes by name, as written: see {@link decodeReferences}. */
export type Attributes = Record<string, string | undefined>;

/** Is told what stands in a part. Names come without the prefix that the root has; the root's depth is 1. */
export type XmlListener = {
  /** `attributes` parses them, and only during this call. */
  open(name: string, depth: number, attributes: () => Attributes): void;
  /** Also called for an element that has no content. */
  close?(name: string, depth: number): void;
  /** A text with a comment or CDATA in it comes in pieces. */
  text?(text: string): void;
};

export type XmlBounds = {
  /** Of the part, unpacked. */
  maximumBytes: number;
  /**
   * The element of which one is held at a time, and what to throw where it is longer than `limits.rowCharacters`. Without
   * it, that is the most between any two tags.
   */
  unit?: { name: string; tooLong: () => Error };
};

/** Elements in one another: those of a sheet reach 10. */
const maximumDepth = 250;
const endOfTag = '>'.charCodeAt(0);

/**
 * Reads a part of a workbook as it is unpacked, in UTF-8 or UTF-16. Throws {@link CorruptSpreadsheetError} where it is
 * not well-formed or declares a document type, in which entity tricks are written.
 */
export class XmlReader {
  readonly #parser: Parser;
  readonly #bounds: XmlBounds;
  #decoder: InstanceType<typeof TextDecoder> | undefined;
  #bytes = 0;
  /** What waits for the end of a tag. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Characters parsed since the last unit ended. */
  #pending = 0;
  /** Characters parsed since the parser last found a tag: it begins them anew with the next piece. */
  #unfinished = 0;
  /** Set with the first reference or carriage return: most sheets have none, and looking for them in each text takes time. */
  #needsDecoding = false;
  #depth = 0;
  /** With its colon; null before the root. */
  #prefix: string | null = null;

  constructor(listener: XmlListener, bounds: XmlBounds) {
    this.#bounds = bounds;
    const unit = bounds.unit?.name;
    const refuse = (error: Error) => {
      throw damaged(error.message);
    };
    this.#parser = new Parser()
      .on('openTag', (name, attributes) => {
        this.#unfinished = 0;
        this.#depth += 1;
        if (this.#depth > maximumDepth) throw damaged(`elements in one another, more than ${maximumDepth}`);
        this.#prefix ??= name.slice(0, name.indexOf(':') + 1);
        if (unit === undefined) this.#pending = 0;
        listener.open(this.#localName(name), this.#depth, attributes);
      })
      .on('closeTag', (name) => {
        this.#unfinished = 0;
        const localName = this.#localName(name);
        if (unit === undefined || localName === unit) this.#pending = 0;
        listener.close?.(localName, this.#depth);
        this.#depth -= 1;
      })
      .on('attention', () => {
        throw new CorruptSpreadsheetError(
          'The workbook declares XML entities, which no spreadsheet program writes; it is refused.',
        );
      })
      .on('error', refuse)
      .on('warn', refuse);
    if (listener.text !== undefined) {
      this.#parser.on('text', (text) =>
        listener.text?.(this.#needsDecoding ? decodeReferences(normalLineEnds(text)) : text),
      );
      this.#parser.on('cdata', (text) => listener.text?.(normalLineEnds(text)));
    }
  }

  write(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#bounds.maximumBytes)
      throw new SpreadsheetTooLargeError(
        `A part of the workbook is larger than ${this.#bounds.maximumBytes} bytes when unpacked.`,
      );
    this.#decoder ??= new TextDecoder(encodingOf(chunk));
    // The parser is a third faster with pieces that end where a tag does. Such as do not double, so that it stays linear.
    const end = chunk.lastIndexOf(endOfTag) + 1;
    if (end === 0 || this.#heldBytes + end < this.#unfinished) this.#hold(chunk);
    else {
      this.#parse(chunk.subarray(0, end));
      this.#hold(chunk.subarray(end));
    }
    if (this.#pending + this.#heldBytes > limits.rowCharacters)
      throw (
        this.#bounds.unit?.tooLong() ?? new SpreadsheetTooLargeError('A part of the workbook holds too long a text.')
      );
  }

  /** Parses what is held after the last chunk. */
  flush(): void {
    this.#parse(Buffer.alloc(0));
  }

  /** Says that the part has ended; throws where its XML has not. */
  end(): void {
    this.flush();
    this.#parser.end();
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }

  #parse(bytes: Buffer): void {
    const piece = this.#held.length === 0 ? bytes : Buffer.concat([...this.#held, bytes]);
    this.#held = [];
    this.#heldBytes = 0;
    // One decoder for all pieces: in UTF-16, characters may be split between two.
    const text = this.#decoder?.decode(piece, { stream: true }) ?? '';
    if (text.includes('\0')) throw damaged('a zero character');
    this.#needsDecoding ||= text.includes('&') || text.includes('\r');
    this.#pending += text.length;
    this.#unfinished += text.length;
    this.#parser.write(text);
  }

  /** Empty for elements of other namespaces than the root's, where that has a prefix. */
  #localName(name: string): string {
    const prefix = this.#prefix ?? '';
    if (prefix === '') return name;
    return name.startsWith(prefix) ? name.slice(prefix.length) : '';
  }
}

/** Reads a part from beginning to end. */
export async function readPart(
  zip: ZipArchive,
  path: string,
  listener: XmlListener,
  bounds: XmlBounds = { maximumBytes: limits.partBytes },
): Promise<void> {
  const xml = new XmlReader(listener, bounds);
  for await (const chunk of zip.read(path)) xml.write(chunk);
  xml.end();
}

function encodingOf(start: Buffer): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
