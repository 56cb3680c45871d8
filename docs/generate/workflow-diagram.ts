import { z } from 'zod';

const stateSchema = z.object({
  Type: z.string(),
  Next: z.string().optional(),
  Default: z.string().optional(),
  Choices: z.array(z.object({ Next: z.string() })).default([]),
  get ItemProcessor() {
    return definitionSchema.optional();
  },
});
const definitionSchema = z.object({
  StartAt: z.string(),
  get States() {
    return z.record(z.string(), stateSchema);
  },
});
type Definition = z.infer<typeof definitionSchema>;

/**
 * A state machine as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html): what runs when nothing fails. Maps
 * are boxes around what they repeat; Pass states, which only shape payloads, and what is reached by a Catch are left out.
 */
export function workflowDiagram(definition: unknown): string {
  return ['```mermaid', 'flowchart TD', ...statesOf(definitionSchema.parse(definition), '  '), '```'].join('\n');
}

function statesOf({ StartAt, States }: Definition, indent: string): string[] {
  const pastPasses = (name: string): string => {
    const state = States[name];
    return state?.Type === 'Pass' && state.Next !== undefined ? pastPasses(state.Next) : name;
  };
  const nextOf = (name: string) => {
    const { Choices = [], Default, Next } = States[name] ?? {};
    const next = [...Choices.map((choice) => choice.Next), Default, Next].filter((each) => each !== undefined);
    return [...new Set(next.map(pastPasses))];
  };
  const reached = new Set([pastPasses(StartAt)]);
  for (const name of reached) for (const next of nextOf(name)) reached.add(next);
  return [
    ...[...reached].flatMap((name) => nodeOf(name, States[name], indent)),
    ...[...reached].flatMap((name) => nextOf(name).map((next) => `${indent}${idOf(name)} --> ${idOf(next)}`)),
  ];
}

function nodeOf(name: string, state: Definition['States'][string] | undefined, indent: string): string[] {
  const id = idOf(name);
  if (state?.ItemProcessor !== undefined) {
    return [`${indent}subgraph ${id}["${name}"]`, ...statesOf(state.ItemProcessor, `${indent}  `), `${indent}end`];
  }
  if (state?.Type === 'Choice') return [`${indent}${id}{"${name}"}`];
  return [state?.Type === 'Task' ? `${indent}${id}["${name}"]` : `${indent}${id}(["${name}"])`];
}

/** Names of states are unique within a state machine; Mermaid's ids are single words. */
function idOf(name: string): string {
  return name.replace(/\W+/g, '_');
}
