import type { AdoptionPlan } from '$generated/AdoptionPlan';
import type { ChecklistChange } from '$generated/ChecklistChange';
import type { Pairing } from '$generated/Pairing';
import type { FakeRun } from './run';

const VERSION = '71ab'.repeat(16);
const FILE = '/home/oksana/hub/bakhmach.md';

/** A file that was edited while the run went on: one item of each kind. */
export function planFor(run: FakeRun, source: string, pairs: readonly Pairing[]): AdoptionPlan {
  const [first, second, third] = run.view.items;
  if (!first || !second || !third) throw { code: 'no-items', message: 'The run has no items.' };
  const place = run.view.phases[0]?.title ?? '';
  const adopted = ({ id, number, text }: typeof first) => ({ id, number, text, place });
  const edited = { ...adopted(second), id: 'edited', text: `${second.text} twice` };
  const answer = pairs.find((pair) => pair.from === second.id);
  const added = { id: 'licences-read', number: '1.1.9', text: 'Licences of new packages read', place };
  const decided = answer !== undefined;
  return {
    source: source || FILE,
    file: FILE.split('/').at(-1) ?? FILE,
    version: VERSION,
    same: false,
    text: '1 item added, 2 changed, 1 gone',
    rows: [
      {
        kind: 'changed',
        old: adopted(first),
        new: adopted(first),
        tile: first.tile,
        word: first.word,
        entries: 2,
        candidates: [],
        text: [{ kind: 'same', text: first.text }],
        facts: ['moved from Testing'],
        probes: [
          {
            what: 'changed',
            kind: 'http',
            source: [
              { kind: 'same', text: 'http url=${API_URL}/health expect="status == 200' },
              { kind: 'added', text: ', total < 500ms' },
              { kind: 'same', text: '"' },
            ],
          },
        ],
      },
      {
        kind: decided ? (answer.to ? 'changed' : 'gone') : 'undecided',
        old: adopted(second),
        ...(answer?.to ? { new: edited } : {}),
        tile: second.tile,
        word: second.word,
        entries: 3,
        candidates: ['edited'],
        text: [
          { kind: 'same', text: second.text },
          { kind: 'added', text: answer?.to ? ' twice' : '' },
        ],
        facts: [],
        probes: [],
      },
      {
        kind: 'added',
        new: added,
        word: '',
        entries: 0,
        candidates: [],
        text: [{ kind: 'same', text: added.text }],
        facts: [],
        probes: [],
      },
      {
        kind: 'gone',
        old: adopted(third),
        tile: third.tile,
        word: third.word,
        entries: 1,
        candidates: [],
        text: [{ kind: 'same', text: third.text }],
        facts: [],
        probes: [],
      },
    ],
    unchanged: run.view.items.length - 3,
    undecided: decided ? 0 : 1,
    items: [...run.view.items.map(adopted), edited, added],
    also: ['1 role added: Security Lead'],
    stale: ['Go/no-go: QA Lead, Danylo Savchuk'],
    findings: [],
  };
}

/** What the head offers while the file differs. */
export function changeOf(): ChecklistChange {
  return {
    source: FILE,
    file: FILE.split('/').at(-1) ?? FILE,
    version: VERSION,
    text: '1 item added, 2 changed, 1 gone',
  };
}
