const unusualCharacter = /[\p{Cc}--[\t\n]]|[\ufffe\uffff]/v;
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** True where XML holds characters that it forbids or rewrites: those are for a parser. */
export function hasUnusualCharacter(xml: string): boolean {
  return unusualCharacter.test(xml) || xml.includes(']]>');
}

/** The text that stands between two tags; undefined where it has references other than the five named ones. */
export function decodePlainText(text: string): string | undefined {
  if (!text.includes('&')) return text;
  if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(text)) return undefined;
  return text.replace(/&(\w+);/g, (_, name: string) => entities[name] ?? '');
}
