import type { CarryPlan } from '$generated/CarryPlan';
import type { Change } from '$generated/Change';
import type { ComparedItem } from '$generated/ComparedItem';
import type { ComparedRun } from '$generated/ComparedRun';
import type { ComparedState } from '$generated/ComparedState';
import type { ItemView } from '$generated/ItemView';
import type { ProbePlan } from '$generated/ProbePlan';
import type { RunComparison } from '$generated/RunComparison';
import type { FakeRun } from './run';

const earlier = (run: FakeRun, release: string, days: number): ComparedRun => ({
  run: release === '2.3.2' ? 'c3'.repeat(32) : 'd4'.repeat(32),
  name: run.parts.name,
  release,
  environment: run.parts.environment,
  endedAt: new Date(Date.parse('2026-11-22T09:48:00Z') - days * 86_400_000).toISOString(),
  accepted: true,
});

const stateOf = (item: ItemView): ComparedState => ({
  tile: item.tile,
  word: item.word,
  value: item.measure?.value ?? '',
  summary: item.summary,
});

const GOOD: ComparedState = { tile: 'verified', word: 'Verified by probe', value: '', summary: 'passed' };
const WAS: Record<string, { change: Change; then?: ComparedState | undefined }> = {
  'p99 latency < 500ms': {
    change: 'regressed',
    then: { tile: 'verified', word: 'Verified by probe', value: '498 ms', summary: '' },
  },
  'Backup systems verified': {
    change: 'regressed',
    then: { tile: 'verified', word: 'Verified by probe', value: '4 h', summary: '' },
  },
  'Throughput > 1000 req/s': {
    change: 'fixed',
    then: { tile: 'failed', word: 'Failed', value: '912 /s', summary: '' },
  },
  'Security scanning completed': { change: 'new' },
};

/** The run beside its last release: a few differ, what is unresolved is open, the rest is the same. */
export function compareWith(run: FakeRun, other: string): RunComparison {
  const others = [earlier(run, '2.3.2', 10), earlier(run, '2.3.0', 41)];
  const items = run.view.items
    .filter((item) => item.track === 'work')
    .map((item): ComparedItem => {
      const was = WAS[item.text];
      const change = was?.change ?? (item.resolved ? 'same' : 'open');
      const then = was ? was.then : item.resolved ? stateOf(item) : GOOD;
      return {
        item: item.id,
        number: item.number,
        text: item.text,
        change,
        now: stateOf(item),
        ...(then ? { then } : {}),
      };
    });
  items.push({
    item: 'gone-1',
    number: '1.1.8',
    text: 'Python 2 image removed',
    change: 'gone',
    then: { tile: 'done', word: 'Done', value: '', summary: '' },
  });
  return {
    run: run.parts.run,
    with: others.find((each) => each.run === other) ?? (others[0] as ComparedRun),
    items,
    text: '2 regressed, 1 fixed, 1 new',
    others,
  };
}

const WHY_NOT = ['its text has changed', 'its probe has changed', 'it was done 41 days ago, at most 30 are allowed'];

/** What could be carried into a run that has hardly begun; nothing into one that is half done. */
export function carryInto(run: FakeRun, carried: boolean, probes: ProbePlan): CarryPlan {
  const open = run.view.items.filter((item) => item.track === 'work' && item.stage === 'prepare' && !item.resolved);
  return {
    from: earlier(run, '1.7.4', 19),
    items: open.slice(0, carried ? 0 : 12).map((item, index) => ({
      item: item.id,
      number: item.number,
      text: item.text,
      may: index % 4 !== 3,
      ...(index % 4 === 3 ? { whyNot: 'changedText' } : {}),
      textWhyNot: index % 4 === 3 ? (WHY_NOT[(index - 3) / 4] ?? '') : '',
      by: ['Taras Bondar', 'Iryna Melnyk'][index % 2] ?? '',
      at: '2026-11-03T14:10:00Z',
      recheck: item.probes.length > 0,
    })),
    probes,
  };
}

/** Marks items as done in the last accepted run. */
export function carried(run: FakeRun, ids: readonly string[]) {
  return run.write(
    ids.map((id) => ({
      ...run.item(id),
      tile: 'done' as const,
      status: 'done',
      word: 'Carried from 1.7.4',
      marks: ['carried' as const],
      resolved: true,
    })),
    { kind: 'item.carried', text: `${ids.length} carried from 1.7.4` },
  );
}
