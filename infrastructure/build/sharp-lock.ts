import { z } from 'zod';

const lockedPackageSchema = z.looseObject({
  version: z.string(),
  integrity: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
const lockSchema = z.object({ packages: z.record(z.string(), z.unknown()) });

export type SharpLock = {
  packageJson: { private: true; dependencies: Record<string, string> };
  packageLock: { lockfileVersion: 3; packages: Record<string, unknown> };
};

/**
 * What `npm ci` needs for sharp alone, out of the project's package-lock.json: its versions and checksums make the same
 * layer of one commit whenever and wherever it is built. Throws where a package is missing.
 */
export function sharpLock(projectLock: unknown): SharpLock {
  const { packages } = lockSchema.parse(projectLock);
  const taken: Record<string, unknown> = {};
  const take = (name: string) => {
    const path = `node_modules/${name}`;
    if (path in taken) return;
    if (packages[path] === undefined) throw new Error(`package-lock.json has no ${path}: run npm install first`);
    taken[path] = packages[path];
    const { dependencies, optionalDependencies } = lockedPackageSchema.parse(packages[path]);
    // npm ci wants every platform's packages in the lock, of which it installs one platform's.
    for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) take(dependency);
  };
  take('sharp');
  const { version } = lockedPackageSchema.parse(taken['node_modules/sharp']);
  const packageJson = { private: true, dependencies: { sharp: version } } as const;
  return { packageJson, packageLock: { lockfileVersion: 3, packages: { '': packageJson, ...taken } } };
}
