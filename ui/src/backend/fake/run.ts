import type { Act } from '$generated/Act';
import type { Attention } from '$generated/Attention';
import type { HistoryLine } from '$generated/HistoryLine';
import type { ItemView } from '$generated/ItemView';
import type { PointSummary } from '$generated/PointSummary';
import type { RunHead } from '$generated/RunHead';
import type { RunPatch } from '$generated/RunPatch';
import type { RunRow } from '$generated/RunRow';
import type { RunView } from '$generated/RunView';
import type { StatusChange } from '$generated/StatusChange';
import type { Tile } from '$generated/Tile';
import { readChecklist, type FakeChecklist } from './checklist';
import { act, dress, eventId, NOW } from './dressing';
import { FakePoints } from './signoff';

const ORDER: Tile[] = [
  'verified',
  'done',
  'measured',
  'waived',
  'notApplicable',
  'warning',
  'stale',
  'inconclusive',
  'blocked',
  'failed',
  'conflict',
  'inProgress',
  'watching',
  'open',
];

const WORDS: Record<string, { tile: Tile; word: string; says: string }> = {
  open: { tile: 'open', word: 'Open', says: 'opened again' },
  inProgress: { tile: 'inProgress', word: 'In progress', says: 'began' },
  done: { tile: 'done', word: 'Done', says: 'marked done' },
  failed: { tile: 'failed', word: 'Failed', says: 'marked failed' },
  blocked: { tile: 'blocked', word: 'Blocked', says: 'marked blocked' },
  notApplicable: { tile: 'notApplicable', word: 'Not applicable', says: 'marked not applicable' },
  waived: { tile: 'waived', word: 'Waived', says: 'asked for a waiver' },
};

export const ME = 'Oksana Kovalenko';

export interface FakeRunParts {
  run: string;
  markdown: string;
  letters: string;
  name: string;
  release: string;
  environment: string;
  deployAt: string;
  deployText: string;
  group?: string;
  tone?: string;
  line: string;
  roles?: string[];
  sample?: boolean;
}

/** One run of the fake: the same snapshot and patches as the real one, kept in memory. */
export class FakeRun {
  readonly checklist: FakeChecklist;
  readonly points: FakePoints;
  view: RunView;
  history: HistoryLine[] = [];
  group: string;
  #undo = new Map<string, ItemView[]>();

  constructor(readonly parts: FakeRunParts) {
    this.checklist = readChecklist(parts.markdown);
    this.group = parts.group ?? 'inProgress';
    const items = dress(this.checklist, parts.letters);
    const roles = this.checklist.roles.length > 0 ? this.checklist.roles : (parts.roles ?? ['Release Manager']);
    this.points = new FakePoints(this, roles, parts.sample === true || this.group === 'signed');
    this.view = {
      revision: 1,
      head: emptyHead(parts, this.checklist.title),
      phases: this.checklist.phases,
      items,
      criteria: this.checklist.criteria.map((text, index) => ({
        id: `criterion-${index + 1}`,
        text,
        bound: [],
        state: 'asked',
        why: '',
      })),
      particulars: {
        fields: this.checklist.fields,
        contacts: this.checklist.contacts,
        placeholders: this.checklist.rollbackFence.includes('<backup-name>')
          ? [{ id: 'backup-name', label: 'backup-name', value: '', remembered: 'hamsaya-2026-11-03', line: 258 }]
          : [],
        conditions: items
          .filter((item) => item.condition)
          .map((item) => ({ id: item.id, words: item.condition ?? '', reason: '', items: [item.id] })),
        resources: this.checklist.resources,
        environments: [
          {
            name: parts.environment,
            target: true,
            variables: [{ name: 'API_URL', value: 'https://api.bakhmach.com' }],
            secrets: ['TOKEN'],
          },
        ],
        handovers: [],
      },
      rollback: {
        present: true,
        state: 'dormant',
        reason: '',
        steps: items.filter((item) => item.track === 'rollback').length || 3,
        resolved: 0,
        commands: this.checklist.rollbackFence
          ? this.checklist.rollbackFence.split('\n\n').map((written, index) => ({
              written,
              filled: written,
              unfilled: written.includes('<backup-name>') ? ['backup-name'] : [],
              line: 256 + index * 3,
            }))
          : [],
        notes: this.checklist.rollbackFence ? 'If deployment fails:' : 'If issues detected:',
        earlier: [],
        unfilled: this.checklist.rollbackFence ? ['backup-name', ...this.checklist.contacts.map((c) => c.label)] : [],
      },
    };
    this.refreshHead();
    for (const item of items) {
      if (item.act) this.history.push(line(item.act, 'item.status', WORDS[item.status]?.says ?? 'changed', item));
      for (const probe of item.probes) {
        if (!probe.verdict) continue;
        const probed: Act = { event: eventId(), who: 'Probe', device: '9f3a', at: probe.at ?? '' };
        this.history.push(line(probed, 'probe.result', `${probe.kind}: ${probe.summary}`, item));
      }
    }
    this.history.sort((a, b) => b.act.at.localeCompare(a.act.at));
  }

  item(id: string): ItemView {
    const found = this.view.items.find((item) => item.id === id);
    if (!found) throw { code: 'no-such-item', message: `This run has no item ${id}.` };
    return found;
  }

  row(): RunRow {
    const { parts } = this;
    return {
      run: parts.run,
      name: parts.name,
      release: parts.release,
      environment: parts.environment,
      group: this.group,
      tone: parts.tone ?? 'going',
      line: parts.line,
      deployAt: parts.deployAt,
      openedAt: new Date(NOW - 5 * 86_400_000).toISOString(),
      sample: parts.sample ?? false,
    };
  }

  /** Writes new versions of items and answers with the patch that tells it. */
  write(changed: ItemView[], what?: { kind: string; text: string; undoable?: boolean }): RunPatch {
    const before = changed.map((item) => this.item(item.id));
    const event = eventId();
    const written = changed.map((item) => (what?.undoable ? { ...item, undoable: event } : item));
    const byId = new Map(written.map((item) => [item.id, item]));
    this.view = {
      ...this.view,
      revision: this.view.revision + 1,
      items: this.view.items.map((item) => byId.get(item.id) ?? item),
    };
    if (what) {
      const doing = { ...act(ME), event, at: new Date().toISOString() };
      for (const item of written) this.history.unshift(line(doing, what.kind, what.text, item));
      if (what.undoable) this.#undo.set(event, before);
    }
    return this.patch(written, what?.undoable ? event : undefined);
  }

  patch(items: ItemView[] = [], undo?: string): RunPatch {
    this.refreshHead();
    const steps = this.view.items.filter((item) => item.track === 'rollback');
    if (steps.length > 0)
      this.view.rollback = { ...this.view.rollback, resolved: steps.filter((item) => item.resolved).length };
    const { revision, head, criteria, particulars, rollback } = this.view;
    return { run: this.parts.run, revision, head, items, criteria, particulars, rollback, undo: undo ? [undo] : [] };
  }

  /** Changes what is not an item. */
  amend(change: Partial<RunView>): RunPatch {
    this.view = { ...this.view, ...change, revision: this.view.revision + 1 };
    return this.patch();
  }

  setStatus(ids: string[], change: StatusChange): RunPatch {
    const look = WORDS[change.status];
    if (!look) throw { code: 'unknown-status', message: `There is no status ${change.status}.` };
    if (['failed', 'blocked', 'notApplicable', 'waived'].includes(change.status) && !change.reason)
      throw { code: 'reason-needed', message: `${look.word} needs a reason.`, hint: 'Say why in a few words.' };
    const items = ids.map((id): ItemView => {
      const item = this.item(id);
      const doing = { ...act(ME), at: new Date().toISOString() };
      const override = change.status === 'done' && item.probes.some((probe) => probe.verdict === 'fail');
      return {
        ...item,
        status: change.status,
        tile: look.tile,
        word: override ? 'Done, overridden' : look.word,
        marks: override ? ['overridden', 'proposed'] : change.status === 'waived' ? ['proposed'] : [],
        reason: change.reason,
        summary: change.reason || (item.probes[0]?.summary ?? ''),
        resolved: ['done', 'notApplicable', 'waived'].includes(change.status),
        ...(change.status === 'open' ? { act: undefined } : { act: doing }),
        proposals:
          change.status === 'waived' || override
            ? [
                ...item.proposals,
                {
                  event: eventId(),
                  kind: override ? 'override' : 'waiver',
                  reason: change.reason,
                  ...(change.until ? { until: change.until } : {}),
                  act: doing,
                  state: 'waiting',
                  selfAccepted: false,
                  mayAccept: false,
                  whyNot: 'Another person than the proposer accepts it.',
                },
              ]
            : item.proposals,
      };
    });
    return this.write(items, { kind: 'item.status', text: look.says, undoable: true });
  }

  undo(events: string[]): RunPatch {
    const before = events.map((event) => this.#undo.get(event));
    if (before.some((items) => items === undefined))
      throw { code: 'not-undoable', message: 'Somebody changed it since; nothing was undone.' };
    for (const event of events) this.#undo.delete(event);
    this.history = this.history.map((each) => (events.includes(each.act.event) ? { ...each, undone: true } : each));
    return this.write(
      before.flatMap((items) => items ?? []),
      { kind: 'undo', text: 'undid the last change' },
    );
  }

  refreshHead() {
    const work = this.view.items.filter((item) => item.track === 'work');
    const counts = ORDER.map((tile) => ({ tile, count: work.filter((item) => item.tile === tile).length }));
    const points = this.points.summaries();
    this.view.head = {
      ...this.view.head,
      counts: counts.filter((each) => each.count > 0),
      total: work.length,
      probesDue: work.filter((item) => item.probes.some((probe) => probe.state !== 'fresh')).length + 20,
      probesTotal: work.filter((item) => item.probes.length > 0).length,
      points,
      attention: this.#attention(work, points),
      verdict: this.points.pill(),
    };
  }

  #attention(work: ItemView[], points: PointSummary[]): Attention[] {
    const worst: Tile[] = ['conflict', 'failed', 'blocked', 'inconclusive', 'warning', 'stale'];
    const items = worst.flatMap((tile) =>
      work
        .filter((item) => item.tile === tile)
        .map((item) => ({
          tile,
          title: item.text,
          line:
            item.tile === 'stale'
              ? 'checked 2 days ago'
              : [item.measure?.value ?? item.summary, item.measure?.limit].filter(Boolean).join(', '),
          item: item.id,
        })),
    );
    const signatures = points.flatMap((point) =>
      point.roles
        .filter((role) => role.state === 'stale')
        .map((role) => ({
          tile: 'stale' as const,
          title: `${role.role}’s signature`,
          line: '1 covered item changed since',
          point: point.id,
        })),
    );
    return [...items, ...signatures];
  }
}

function emptyHead(parts: FakeRunParts, title: string): RunHead {
  return {
    run: parts.run,
    name: parts.name,
    checklist: title,
    release: parts.release,
    environment: parts.environment,
    owner: ME,
    profile: 'full',
    deploy: {
      at: parts.deployAt,
      zone: 'Europe/Kyiv',
      text: parts.deployText,
      local: '',
      wall: '2026-11-24T18:00',
    },
    attempt: { number: 1, state: 'preparing' },
    outcome: parts.group === 'signed' ? 'released' : 'inProgress',
    verdict: { point: '', title: '', verdict: 'notReady', text: '', later: 0 },
    counts: [],
    total: 0,
    probesDue: 0,
    probesTotal: 0,
    points: [],
    attention: [],
    sample: parts.sample ?? false,
  };
}

function line(who: Act, kind: string, text: string, item?: ItemView): HistoryLine {
  return {
    act: who,
    kind,
    text,
    gone: false,
    undone: false,
    ...(item ? { item: item.id, itemTitle: `${item.number} ${item.text}`, tile: item.tile } : {}),
  };
}
