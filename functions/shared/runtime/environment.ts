/**
 * The environment of every function, read here and nowhere else. The CDK app (infrastructure/functions/) sets
 * these on AWS; local/ takes them out of the same template.
 */
const variables = {
  DATABASE_SECRET_ARN: 'Secrets Manager secret with host, port, dbname, username and password',
  PRODUCT_IMPORT_ARN: 'the ProductImport state machine',
  CONVERT_IMAGES_ARN: 'the ConvertImages state machine',
  UPLOADS_BUCKET: 'bucket that suppliers’ spreadsheets are dropped into',
  WORK_BUCKET: 'bucket for the files that pass between states',
  IMAGES_BUCKET: 'bucket for WebP renditions',
  IMAGES_BASE_URL: 'address under which the images bucket is read, without a trailing slash',
  REPORTS_BUCKET: 'bucket for summaries, problems and rejected rows',
  IMAGE_QUEUE_URL: 'the image queue',
  ALLOWED_IMAGE_HOSTS: 'host:port list, comma-separated, exempt from the address guard; empty on AWS',
  IMAGES_PER_BATCH: 'images in one batch at most',
  MOST_LANES_PER_HOST: 'requests at once to one host, where no supplier allows more',
  MOST_LANES: 'images converted at once, over all hosts',
  MOST_QUEUE_LANES: 'those of them that the image queue’s consumers convert at once',
  MOST_WRITERS: 'children of “Write products” at once, over all imports',
  WRITERS_PER_IMPORT: 'those of them that one import gets where there is room',
  CONNECTION_LIMIT: 'connections of the role that the functions use',
  APPLICATION_SECRET_ARN: 'secret of the role that the functions use, for migrate to create it',
  CONVERSION_SETTINGS: 'JSON of ConversionSettings: renditions, quality, effort and limits',
} as const;

export type EnvironmentVariable = keyof typeof variables;

/** Thrown on the first use of a variable that is not set. */
export class MissingEnvironmentVariableError extends Error {
  override name = 'MissingEnvironmentVariable';
}

/** Value of an environment variable; throws {@link MissingEnvironmentVariableError} naming it and what it holds. */
export function environment(name: EnvironmentVariable): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new MissingEnvironmentVariableError(
      `${name} is not set: ${variables[name]}. infrastructure/functions/ sets it on the function.`,
    );
  }
  return value;
}
