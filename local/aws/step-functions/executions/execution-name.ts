import { ServiceException } from '../errors.ts';

/** White space, brackets, wildcards, special and control characters, as StartExecution's reference lists them. */
const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

/** Throws InvalidName for a name that AWS would refuse. */
export function checkExecutionName(name: string): void {
  if (name.length < 1 || name.length > 80) {
    throw new ServiceException(
      'InvalidName',
      `Invalid Name: '${name}' has ${name.length} characters, expected 1 to 80`,
    );
  }
  const match = forbidden.exec(name);
  if (match !== null) {
    throw new ServiceException('InvalidName', `Invalid Name: '${name}' contains ${JSON.stringify(match[0])}`);
  }
}
