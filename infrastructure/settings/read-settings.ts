import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { checkSettings } from './check-settings.ts';
import { type EnvironmentName, environments, stackNames } from './environments.ts';
import { type Settings, settingsSchema } from './settings.ts';

/** The command line or a settings file asks for what cannot be deployed; the message is one line that says what to do. */
export class SettingsError extends Error {
  override name = 'Settings';
}

export type ReadSettings = {
  stackName: string;
  settings: Settings;
  /** False for `-c protect=false`: neither the stack nor its database is protected from deletion, as yet. */
  protect: boolean;
};

/** Context of `-c NAME=VALUE`: ours, beside CDK's own flags, whose names have a colon or an @. */
const ourContext = new Set(['environment', 'settings', 'protect', 'cli-telemetry', 'acknowledged-issue-numbers']);

/**
 * The settings that the command line asks for: defaults, then the environment's, then those of the file, all of them
 * checked. Throws {@link SettingsError}.
 */
export function readSettings(context: Readonly<Record<string, unknown>>): ReadSettings {
  for (const name of Object.keys(context)) {
    if (!ourContext.has(name) && !/[:@]/.test(name)) {
      throw new SettingsError(`-c ${name} is unknown: expected environment or settings`);
    }
  }
  const environment = readEnvironment(context.environment ?? 'production');
  const given = context.settings === undefined ? {} : readFile(context.settings);
  const merged = merge(environments[environment], given);
  const parsed = settingsSchema.safeParse(merged);
  const source = context.settings === undefined ? `environment ${environment}` : String(context.settings);
  if (!parsed.success) throw new SettingsError(`${source}: ${oneLine(parsed.error)}`);
  const [unknown] = unknownKeys(merged, parsed.data, '');
  if (unknown !== undefined)
    throw new SettingsError(`${source}: ${unknown} is no setting; see infrastructure/settings/settings.ts`);
  const problems = checkSettings(parsed.data);
  if (problems.length > 0) throw new SettingsError(`${source}: ${problems.join('; ')}`);
  const protect = readProtect(context.protect);
  const settings = protect ? parsed.data : withoutProtection(parsed.data);
  return { stackName: stackNames[environment], settings, protect };
}

function readProtect(value: unknown): boolean {
  if (value === undefined || value === 'true') return true;
  if (value === 'false') return false;
  throw new SettingsError(`-c protect=${value} is unknown: expected true or false`);
}

function withoutProtection(settings: Settings): Settings {
  return { ...settings, database: { ...settings.database, deletionProtection: false } };
}

function readEnvironment(name: unknown): EnvironmentName {
  for (const known of Object.keys(environments) as EnvironmentName[]) if (known === name) return known;
  throw new SettingsError(`-c environment=${name} is unknown: expected ${Object.keys(environments).join(' or ')}`);
}

function readFile(path: unknown): Record<string, unknown> {
  const hint = `-c settings=${path}: expected the path of a JSON file with settings`;
  let text: string;
  try {
    text = readFileSync(String(path), 'utf8');
  } catch {
    throw new SettingsError(`${hint}; it cannot be read`);
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new SettingsError(`${hint}; it holds no JSON object`);
  }
}

/** `over` on top of `base`: objects by key, anything else as a whole. */
function merge(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = key in base ? merge(base[key], value) : value;
  return merged;
}

/** Keys that a schema dropped: the conversion's settings are lenient, since convert-image must start with newer ones. */
function unknownKeys(given: unknown, parsed: unknown, path: string): string[] {
  if (!isObject(given) || !isObject(parsed)) return [];
  return Object.entries(given).flatMap(([key, value]) =>
    key in parsed ? unknownKeys(value, parsed[key], `${path}${key}.`) : [`${path}${key}`],
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function oneLine(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}
