import { type Attributes, physicalAttributes } from './physical-names.ts';
import type { Resolver, ResolverOptions, Template } from './template.ts';

/** The template refers to something that has no value on a laptop. */
export class UnresolvableError extends Error {
  override name = 'Unresolvable';
}

/**
 * Gives the intrinsic functions that CDK writes their values, with the physical names that the resources have on a
 * laptop. Conditions are not supported.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function createResolver(template: Template, options: ResolverOptions): Resolver {
  const pseudoParameters: Record<string, unknown> = {
    'AWS::AccountId': options.account,
    'AWS::Region': options.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': 'local',
    'AWS::StackId': `arn:aws:cloudformation:${options.region}:${options.account}:stack/local/00000000-0000-0000-0000-000000000000`,
    'AWS::NoValue': undefined,
  };
  const known = new Map<string, Attributes>();
  const resolver: Resolver = { resolve, ref, attribute };

  function attributesOf(logicalId: string): Attributes {
    const resource = template.Resources[logicalId];
    if (resource === undefined) throw new UnresolvableError(`The template has no resource ${logicalId}`);
    const attributes = known.get(logicalId) ?? physicalAttributes(logicalId, resource, resolver, options);
    known.set(logicalId, attributes);
    return attributes;
  }

  function ref(name: string): unknown {
    if (name in pseudoParameters) return pseudoParameters[name];
    const parameter = template.Parameters[name];
    if (parameter !== undefined) return parameter.Default;
    return attributesOf(name).Ref;
  }

  function attribute(logicalId: string, name: string): unknown {
    const type = template.Resources[logicalId]?.Type ?? '';
    const value = attributesOf(logicalId)[name] ?? options.valueOf?.({ logicalId, type, attribute: name });
    if (value === undefined) {
      throw new UnresolvableError(
        `Fn::GetAtt ${logicalId}.${name} (${type}) has no value on a laptop: valueOf has to give one`,
      );
    }
    return value;
  }

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries[0] ?? ['', undefined];
    if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) return evaluate(name, argument);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, resolve(item)]).filter(([, item]) => item !== undefined),
    );
  }

  function evaluate(name: string, argument: unknown): unknown {
    if (name === 'Ref') return ref(String(argument));
    if (name === 'Fn::Sub') return substitute(argument);
    if (name === 'Fn::GetAtt') {
      const [logicalId = '', ...path] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
      return attribute(logicalId, path.join('.'));
    }
    const items = Array.isArray(argument) ? argument.map(resolve) : [];
    if (name === 'Fn::Join' && Array.isArray(items[1])) return items[1].map(String).join(String(items[0]));
    if (name === 'Fn::Split') return String(items[1]).split(String(items[0]));
    if (name === 'Fn::Select' && Array.isArray(items[1])) return items[1][Number(items[0])];
    throw new UnresolvableError(`${name} is not supported on a laptop: ${JSON.stringify(argument).slice(0, 200)}`);
  }

  /** `${Name}`, `${Name.Attribute}` and `${!Literal}`, with variables of its own in the second argument. */
  function substitute(argument: unknown): string {
    const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
    const variables = Object.fromEntries(Object.entries(own ?? {}).map(([key, value]) => [key, resolve(value)]));
    return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      if (name in variables) return String(variables[name]);
      const dot = name.indexOf('.');
      return String(dot < 0 ? ref(name) : attribute(name.slice(0, dot), name.slice(dot + 1)));
    });
  }

  return resolver;
}
