// Starts the program fake-slack (its path is in FAKE_SLACK), and speaks to its control API.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';

// A logger for clients whose refusals are expected.
export const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => 'error',
};

export async function startFake(...args) {
  const program = process.env.FAKE_SLACK;
  if (!program) throw new Error('FAKE_SLACK must be the path of the program fake-slack');
  const child = spawn(program, ['--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const ready = JSON.parse(line);
  return {
    ...ready,
    token: ready.tokens.bot,
    // Does what a verb of the control API says.
    async control(verb, body = {}) {
      const response = await fetch(ready.control_url + verb, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      const answer = await response.json();
      if (!answer.ok) throw new Error(`${verb}: ${answer.error}`);
      return answer;
    },
    // Reads something back.
    async read(what) {
      return (await fetch(ready.control_url + what)).json();
    },
    async messages(conversation) {
      return (await this.read(`messages?conversation=${conversation}`)).messages;
    },
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      return child.exitCode;
    },
  };
}
