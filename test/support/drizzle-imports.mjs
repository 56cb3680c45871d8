/**
 * Half a second less of each process: Node.js 24 parses the package.json of a package anew for each ES module that it loads of it,
 * and that of drizzle-orm has 180 kB. What its modules import of one another needs none.
 */
import * as module from 'node:module';

// An older Node.js that a test's command starts has none.
module.registerHooks?.({
  resolve(specifier, context, nextResolve) {
    const { parentURL } = context;
    const isOwn = specifier.startsWith('.') && parentURL?.includes('/node_modules/drizzle-orm/');
    if (!isOwn) return nextResolve(specifier, context);
    return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true };
  },
});
