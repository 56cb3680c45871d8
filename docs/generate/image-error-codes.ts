import { imageErrorCodes } from '../../functions/shared/images/image-error-codes.ts';

/** The codes of images that were not converted, as a Markdown table. */
export function imageErrorCodesTable(): string {
  const rows = Object.entries(imageErrorCodes).map(
    ([code, { meaning, retry, action }]) => `| \`${code}\` | ${meaning} | ${retry ? 'yes' : 'no'} | ${action} |`,
  );
  return ['| Code | The image was not converted: | Retried | What to do |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}
