import { startStack } from './stack.ts';

console.time('start');
const stack = await startStack({
  directory: '.local/try',
  port: 0,
  allowImageHosts: [],
  onLog: (line) => console.log('LOG', line.slice(0, 400)),
});
console.timeEnd('start');
console.log(stack.endpoints, stack.restarted);
console.time('close');
await stack.close();
console.timeEnd('close');
