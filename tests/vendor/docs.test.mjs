// The examples in docs/fakes.md do what they say.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { startFake } from './fake.mjs';

const page = readFileSync(new URL('../../docs/fakes.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```bash\n([^`]*)```/g)]
  .flatMap(([, block]) => block.split('\n'))
  .filter((line) => line.startsWith('curl '));

test('every example succeeds', async () => {
  const app = createServer((request, response) => {
    request.resume().on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(app, 'listening');
  const listen = `http://127.0.0.1:${app.address().port}/slack/events`;
  const fake = await startFake('--listen-url', listen);
  const env = { ...process.env, CONTROL: fake.control_url, API: fake.api_url, TOKEN: fake.token };
  try {
    assert.ok(examples.length > 10);
    for (const example of examples) {
      const { stdout } = await promisify(execFile)('bash', ['-c', example], { env });
      assert.equal(JSON.parse(stdout).ok, true, `${example}\n${stdout}`);
    }
  } finally {
    await fake.stop();
    app.closeAllConnections();
    app.close();
  }
});
