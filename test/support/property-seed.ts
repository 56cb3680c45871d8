import fc from 'fast-check';

/** Property tests try the same values in every run, unless PROPERTY_SEED names others: any number. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.PROPERTY_SEED ?? 2026) });
