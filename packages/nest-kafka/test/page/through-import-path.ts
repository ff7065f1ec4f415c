/**
 * A sample of the page that uses `nest-kafka/register`, rewritten to use the import path instead: everything comes from
 * `nest-kafka`, and options are given to `kafkaServer()` or `kafkaClient()` instead of `Transport.KAFKA`. Nothing else.
 */
export function throughImportPath(sample: string): string {
  const factory = /\bClient(?:sModule)?\b[^;]*from '@nestjs\/microservices'/.test(sample)
    ? 'kafkaClient'
    : 'kafkaServer';
  return withFactory(sample, factory)
    .replace("import 'nest-kafka/register';\n", '')
    .replaceAll("'@nestjs/microservices'", "'nest-kafka'")
    .replaceAll(/\bTransport\b(?=[^;]* from 'nest-kafka')/g, factory);
}

/** Layout does not count: neither white space nor trailing commas nor optional semicolons. */
export function withoutLayout(source: string): string {
  return source
    .replaceAll(/\s+/g, '')
    .replaceAll(/,(?=[\])}])/g, '')
    .replaceAll(/;(?=\})/g, '');
}

/** `transport: Transport.KAFKA, options: { … }` becomes `...factory({ … })`. */
function withFactory(sample: string, factory: string): string {
  const found = /transport: Transport\.KAFKA,\s*options: (?=\{)/.exec(sample);
  if (found === null) {
    return sample;
  }
  const start = found.index + found[0].length;
  let end = start;
  for (let depth = 0; end === start || depth > 0; end++) {
    depth += sample[end] === '{' ? 1 : sample[end] === '}' ? -1 : 0;
  }
  const rest = withFactory(sample.slice(end), factory);
  return `${sample.slice(0, found.index)}...${factory}(${sample.slice(start, end)})${rest}`;
}
