/** Of a rule's or schedule's target, what it is to be sent instead of the event. */
export type TargetInput = {
  /** JSON text. */
  input?: string;
  /** A path such as `$.detail.object.key`. */
  inputPath?: string;
  /** A template with `<name>` for the values found under `paths`. */
  inputTransformer?: { paths: Readonly<Record<string, string>>; template: string };
};

/** What the target gets: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html */
export function targetPayload(target: TargetInput, event: unknown): unknown {
  if (target.input !== undefined) return JSON.parse(target.input);
  if (target.inputPath !== undefined) return valueAt(event, target.inputPath);
  if (target.inputTransformer === undefined) return event;
  const { paths, template } = target.inputTransformer;
  const text = template.replace(/<([\w.-]+)>/g, (whole, name: string, offset: number) => {
    if (name === 'aws.events.event.json' || name === 'aws.events.event') return JSON.stringify(event);
    const path = paths[name];
    if (path === undefined) return whole;
    const value = valueAt(event, path);
    const quoted = (template.slice(0, offset).match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1;
    if (!quoted) return JSON.stringify(value) ?? 'null';
    return typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : String(value ?? '');
  });
  return JSON.parse(text);
}

function valueAt(event: unknown, path: string): unknown {
  let value = event;
  for (const name of path.split('.').slice(1)) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  }
  return value;
}
