/** The cloud assembly that the local stack runs: `npm run build` synthesizes it with the laptop's settings. */
export const assemblyDirectory = 'build/assembly';
export const stackName = 'SupplierImport';
