/** What is used of saxen 11, which has no types of its own. */
declare module 'saxen' {
  export class Parser {
    on(
      event: 'openTag',
      listener: (
        name: string,
        /** Parses the attributes; their values are as written, references and all. */
        attributes: () => Record<string, string | undefined>,
      ) => void,
    ): this;
    /** Also called for an element that is closed where it is opened. */
    on(event: 'closeTag', listener: (name: string) => void): this;
    /** Text between two tags or comments, as written; never cut where a piece of XML ends. */
    on(event: 'text' | 'cdata', listener: (text: string) => void): this;
    /** Any `<!…>` but comments and CDATA. */
    on(event: 'attention', listener: (declaration: string) => void): this;
    on(event: 'error' | 'warn', listener: (error: Error) => void): this;
    write(xml: string): this;
    end(): Error | null;
  }
}
