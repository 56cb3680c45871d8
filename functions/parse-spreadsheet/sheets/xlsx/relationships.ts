import { posix } from 'node:path';
import { type Attributes, readPart, type XmlBounds } from './xml-reader.ts';
import { decodeReferences } from './xml-text.ts';
import type { ZipArchive } from './zip-archive.ts';

/** `kind` is the last part of its type, e.g. `worksheet`; `target` as written, `path` where in the zip that is. */
export type Relationship = { kind: string; target: string; path: string };

/** Where the relationships of a part are. */
export function relationshipsPath(path: string): string {
  return posix.join(posix.dirname(path), '_rels', `${posix.basename(path)}.rels`);
}

/** The relationships of a part by their ids. */
export async function readRelationships(
  zip: ZipArchive,
  path: string,
  bounds?: XmlBounds,
): Promise<Map<string, Relationship>> {
  const found = new Map<string, Relationship>();
  const open = (name: string, depth: number, attributes: () => Attributes) => {
    if (depth !== 2 || name !== 'Relationship') return;
    const { Id, Type, Target } = attributes();
    if (Id === undefined || Target === undefined) return;
    const target = decodeReferences(Target);
    found.set(decodeReferences(Id), {
      kind: Type?.slice(Type.lastIndexOf('/') + 1) ?? '',
      target,
      path: target.startsWith('/') ? target.slice(1) : posix.join(posix.dirname(path), target),
    });
  };
  await readPart(zip, relationshipsPath(path), { open }, bounds);
  return found;
}

/** The relationship that an element names, `r:id` in most workbooks; the prefix is the writer's choice. */
export function relationshipId(attributes: Attributes): string | undefined {
  const name = Object.keys(attributes).find((key) => key.endsWith(':id')) ?? 'id';
  const id = attributes[name];
  return id === undefined ? undefined : decodeReferences(id);
}
