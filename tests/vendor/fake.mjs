// Starts the programs fake-slack and fake-mattermost (their paths are in FAKE_SLACK and
// FAKE_MATTERMOST), and speaks to their control API.
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

export const startFake = (...args) => start('FAKE_SLACK', args);
export const startMattermost = (...args) => start('FAKE_MATTERMOST', args);

async function start(variable, args) {
  const program = process.env[variable];
  if (!program) throw new Error(`${variable} must be the path of the program`);
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
