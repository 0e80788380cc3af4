// closure.mjs PACKAGE: prints the folders in deploy/deps/node_modules that PACKAGE needs at run time, one a line.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('../deps/node_modules', import.meta.url));
const seen = new Set();

function visit(name) {
  const manifest = join(root, name, 'package.json');
  if (seen.has(name) || !existsSync(manifest)) return;
  seen.add(name);
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(manifest));
  for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) visit(next);
}

visit(process.argv[2]);
console.log([...seen].sort().join('\n'));
