/** asl-validator 4.0 ships no types. */
declare module 'asl-validator' {
  /** Adds a QueryLanguage to every state of `definition`: hand it a copy. */
  export default function validate(
    definition: object,
    options?: { checkPaths?: boolean; checkArn?: boolean },
  ): { isValid: boolean; errorsText(separator?: string): string };
}
