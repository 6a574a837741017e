import type { EnvironmentView } from '$generated/EnvironmentView';
import type { ItemView } from '$generated/ItemView';
import type { Picture } from '$generated/Picture';
import type { LoadAsked } from '$generated/LoadAsked';
import type { LoadProgress } from '$generated/LoadProgress';
import type { PlanEntry } from '$generated/PlanEntry';
import type { ProbePlan } from '$generated/ProbePlan';
import type { ProbeProgress } from '$generated/ProbeProgress';
import type { ProbeResult } from '$generated/ProbeResult';
import type { ProbeSelection } from '$generated/ProbeSelection';
import type { ProbeView } from '$generated/ProbeView';
import type { QueueEntry } from '$generated/QueueEntry';
import type { RunPatch } from '$generated/RunPatch';
import { askedOf, goingOf, isOver, loadPictures } from './loads';
import { picturedOf } from './pictures';
import type { FakeRun } from './run';

export function selected(run: FakeRun, selection: ProbeSelection): ItemView[] {
  const probed = run.view.items.filter((item) => item.probes.length > 0);
  switch (selection.which) {
    case 'items':
      return probed.filter((item) => selection.items.includes(item.id));
    case 'section':
      return probed.filter((item) => item.section === selection.section);
    case 'failing':
      return probed.filter((item) => ['failed', 'inconclusive'].includes(item.tile));
    case 'stale':
      return probed.filter((item) => item.tile === 'stale');
    case 'due':
      return probed.filter((item) => item.stage === 'prepare' && item.tile !== 'verified');
    case 'all':
      return probed;
  }
}

export function planOf(
  run: FakeRun,
  selection: ProbeSelection,
  approved: ReadonlySet<string>,
  environments: readonly EnvironmentView[],
): ProbePlan {
  const target = environments.find((each) => each.name === run.parts.environment);
  const lacks = !target?.variables.some((each) => each.name === 'BACKUP_DIR');
  const entries = selected(run, selection).flatMap((item) =>
    item.probes.map((probe) => entryOf(item, probe, approved, askedOf(run.parts.environment, environments))),
  );
  return {
    entries,
    unapproved: entries.filter((entry) => !entry.approved).length,
    missing:
      lacks && entries.some((entry) => entry.class === 'command')
        ? [
            {
              name: 'BACKUP_DIR',
              secret: false,
              environment: run.parts.environment,
              items: entries.filter((entry) => entry.class === 'command').map((entry) => entry.item),
            },
          ]
        : [],
    repository: '/home/oksana/bakhmach-hub',
  };
}

function entryOf(item: ItemView, probe: ProbeView, approved: ReadonlySet<string>, asked: LoadAsked): PlanEntry {
  const hash = `plan-${probe.hash.slice(0, 20)}`;
  const command = probe.kind === 'command' || probe.kind === 'dotenv';
  return {
    item: item.id,
    title: `${item.number} ${item.text}`,
    probe: probe.hash,
    kind: probe.kind,
    hash,
    class: command ? 'command' : probe.kind === 'load' ? 'load' : probe.kind === 'tls' ? 'passive' : 'reads',
    lines: command
      ? ['./scripts/check.sh', 'in /home/oksana/bakhmach-hub', 'at most 60 s']
      : ['GET https://api.bakhmach.com/health', 'Authorization: Bearer ${TOKEN}'],
    hosts: command ? [] : ['api.bakhmach.com'],
    secrets: command ? [] : ['TOKEN'],
    approved: approved.has(hash),
    sinceLast: command
      ? 'new'
      : probe.kind === 'tls'
        ? 'changed: api.bakhmach.com instead of www.bakhmach.com'
        : 'same',
    rehearsal: item.stage !== 'prepare',
    asksEachTime: probe.kind === 'load',
    ...(probe.kind === 'load' ? { load: asked, lines: [`load ${asked.target}`, 'rate: 1200/s', 'duration: 60s'] } : {}),
    ...(probe.kind === 'load' && !asked.allowed
      ? { problem: `${asked.host} is not among the hosts of ${asked.environment} that load may be sent to` }
      : {}),
  };
}

export function resultOf(item: ItemView, hash: string): ProbeResult | null {
  const probe = item.probes.find((each) => each.hash === hash);
  if (!probe?.verdict) return null;
  const known = picturedOf(item.text);
  const pictures = known?.pictures ?? usualPictures(probe);
  const expected = /expect: (.+)/u.exec(probe.source)?.[1] ?? 'status == 200';
  return {
    hash,
    verdict: probe.verdict,
    summary: probe.summary,
    target: known?.target ?? (probe.kind === 'command' ? './scripts/check.sh' : 'https://api.bakhmach.com/health'),
    at: probe.at ?? '',
    durationMs: 41.4,
    conditions:
      known?.conditions ??
      expected.split(', ').map((text) => ({
        text,
        verdict: probe.verdict ?? 'inconclusive',
        measured: probe.measure?.value ?? probe.summary,
        why: probe.verdict === 'fail' ? `${probe.measure?.value ?? probe.summary} is over the limit` : '',
      })),
    pictures,
    hint:
      known?.hint ??
      (probe.verdict === 'inconclusive' ? 'Check that the host answers on port 587 from this network.' : ''),
  };
}

function usualPictures(probe: ProbeView): Picture[] {
  switch (probe.kind) {
    case 'tls':
      return [
        {
          kind: 'life',
          title: 'certificate',
          notBefore: '2026-09-12T06:10:00Z',
          notAfter: '2026-12-11T06:10:00Z',
          daysLeft: 19,
          limitDays: 21,
          facts: [
            { name: 'subject', value: 'CN=api.bakhmach.com' },
            { name: 'issuer', value: 'R11, Let’s Encrypt' },
          ],
        },
      ];
    case 'dns':
      return [
        {
          kind: 'answers',
          answers: ['1.1.1.1', '8.8.8.8', '9.9.9.9'].map((server) => ({
            server,
            said: ['203.0.113.40'],
            trouble: '',
            differs: false,
          })),
        },
      ];
    case 'load':
      return loadPictures();
    case 'command':
    case 'dotenv':
      return [{ kind: 'text', title: 'stdout', text: `$ ./scripts/check.sh\n${probe.summary}\n`, note: '' }];
    default:
      return [
        {
          kind: 'phases',
          parts: [
            { name: 'dns', ms: 4.2 },
            { name: 'connect', ms: 9.1 },
            { name: 'tls', ms: 14.8 },
            { name: 'first byte', ms: 11.4 },
            { name: 'body', ms: 1.9 },
          ],
        },
        { kind: 'text', title: 'body', text: '{"status":"ok","version":"2.4.0"}', note: '' },
      ];
  }
}

interface Told {
  progress: (progress: ProbeProgress) => void;
  patch: (patch: RunPatch) => void;
  load: (progress: LoadProgress) => void;
}

/** Batches that take so many milliseconds a probe, three at a time. */
export class FakeScheduler {
  #next = 1;
  #cancelled = new Set<number>();

  constructor(private readonly each: number) {}

  cancel(batch: number) {
    this.#cancelled.add(batch);
  }

  #place(item: ItemView, queue: string[], running: string[], cancelled: boolean): QueueEntry {
    const probe = item.probes[0];
    const of = { item: item.id, probe: probe?.hash ?? '', kind: probe?.kind ?? 'http' };
    const waits = queue.indexOf(item.id);
    if (running.includes(item.id)) return { ...of, state: 'running', text: '' };
    if (waits < 0 && cancelled) return { ...of, state: 'cancelled', text: 'stopped' };
    if (waits < 0) return { ...of, state: 'done', text: probe?.summary ?? '', verdict: probe?.verdict ?? 'pass' };
    const position = waits + 1;
    return waits % 3 === 1
      ? { ...of, state: 'waiting', position, waitsFor: 'host', text: 'waits for api.bakhmach.com:443' }
      : { ...of, state: 'waiting', position, waitsFor: 'turn', text: 'waits for its turn' };
  }

  start(run: FakeRun, selection: ProbeSelection, told: Told): number {
    const batch = this.#next++;
    const items = selected(run, selection);
    const queue = items.map((item) => item.id);
    const total = queue.length;
    const running: string[] = [];
    let finished = 0;
    const tell = (over: boolean) =>
      told.progress({
        batch,
        run: run.parts.run,
        total,
        finished,
        queue: items.map((item) => this.#place(item, queue, running, this.#cancelled.has(batch))),
        queued: [...queue],
        running: [...running],
        over,
        cancelled: this.#cancelled.has(batch),
        text: `${finished} passed`,
      });
    const step = () => {
      for (const id of running.splice(0)) {
        finished += 1;
        told.patch(run.write([passed(run.item(id))], { kind: 'probe.result', text: 'probe passed' }));
      }
      if (this.#cancelled.has(batch)) queue.splice(0);
      running.push(...queue.splice(0, 3));
      tell(running.length === 0);
      const loads = running.map((id) => run.item(id)).filter((item) => item.probes[0]?.kind === 'load');
      if (loads.length > 0) {
        let at = 0;
        const going = setInterval(() => {
          at += 200;
          for (const item of loads) told.load(goingOf(batch, run.parts.run, item, at));
          if (!isOver(at) && !this.#cancelled.has(batch)) return;
          clearInterval(going);
          step();
        }, this.each / 2);
      } else if (running.length > 0) setTimeout(step, this.each);
    };
    setTimeout(step, 30);
    return batch;
  }
}

function passed(item: ItemView): ItemView {
  const keeps = ['failed', 'warning', 'inconclusive'].includes(item.tile);
  const rehearsal = item.stage !== 'prepare' && !item.resolved;
  const at = new Date().toISOString();
  return {
    ...item,
    ...(keeps
      ? {}
      : rehearsal
        ? { tile: 'open' as const, marks: ['rehearsed' as const], word: 'Rehearsed' }
        : {
            tile: 'verified' as const,
            status: 'done',
            word: 'Verified by probe',
            marks: ['verified' as const],
            resolved: true,
          }),
    probes: item.probes.map((probe) => ({
      ...probe,
      verdict: probe.verdict ?? 'pass',
      summary: probe.summary || '200 in 52 ms',
      state: rehearsal ? 'rehearsal' : 'fresh',
      at,
    })),
  };
}
