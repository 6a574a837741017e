import type { EnvironmentView } from '$generated/EnvironmentView';
import type { LoadProgress } from '$generated/LoadProgress';
import type { NewRun } from '$generated/NewRun';
import type { PersonView } from '$generated/PersonView';
import type { ProbeProgress } from '$generated/ProbeProgress';
import type { RunPatch } from '$generated/RunPatch';
import type { RunRow } from '$generated/RunRow';
import type { Session } from '$generated/Session';
import type { Settings } from '$generated/Settings';
import type { Backend, Place } from '../contract';
import { changeOf, planFor } from './adoption';
import bakhmach from './bakhmach.md?raw';
import { readChecklist } from './checklist';
import { carried, carryInto, compareWith } from './compared';
import { attach, attempt, channel, endRollback, now, person, rollback, unlock } from './deeds';
import { checkOf, textOf } from './editing';
import { act } from './dressing';
import hamsaya from './hamsaya.md?raw';
import { pageOf } from './pages';
import { PICTURES_LETTERS } from './pictures';
import { FakeScheduler, planOf, resultOf } from './probes';
import { FakeRun, ME } from './run';
import { putSeeds, SEEDS } from './seeds';
import { AWKWARD_RUN, AWKWARD_VARIABLES, MIXED, SHAPES } from './shapes';
import { previewOf } from './preview';
import { beginWatching, finishWatching, noteLook, seriesOf, startWatch, stopWatch } from './watches';

const PIXEL =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" width="640" height="360"%3E%3Crect width="640" height="360" fill="%23e4f0fa"/%3E%3Cpath d="M20 300 160 240 300 250 440 90 620 60" fill="none" stroke="%232f76b8" stroke-width="6"/%3E%3C/svg%3E';

/**
 * A backend in memory, shaped like the two seeds; each call makes a new one. `shape` opens with a run of one of
 * the awkward shapes instead, `empty` with no run at all, `changed` with a checklist that was edited meanwhile,
 * `carry` with an earlier run to carry from, `slow` with probes that take a minute each.
 */
export function makeFake(shape = ''): Backend {
  const rowsChanged = channel<RunRow[]>();
  const runChanged = channel<RunPatch>();
  const progress = channel<ProbeProgress>();
  const loadProgress = channel<LoadProgress>();
  const scheduler = new FakeScheduler(shape === 'slow' ? 60_000 : 350);
  const approved = new Set<string>();
  let nextRun = 5;
  /** Whether the file of the runs was edited meanwhile. */
  let edited = shape === 'changed';

  const runs = new Map<string, FakeRun>();
  const put = (run: FakeRun) => {
    runs.set(run.parts.run, run);
    return run;
  };
  const shaped = SHAPES[shape];
  if (shaped !== undefined)
    put(
      new FakeRun({
        run: 'e5'.repeat(32),
        markdown: shaped,
        letters: shape === 'pictures' ? PICTURES_LETTERS : MIXED,
        name: 'Odd shape',
        release: '1.0.0',
        environment: 'staging',
        deployAt: '2026-11-24T16:00:00Z',
        deployText: 'Tue 24 Nov 2026, 18:00 EET',
        line: 'staging · in 2 days',
        ...(shape === 'awkward' ? AWKWARD_RUN : {}),
      }),
    );
  if (shape !== 'empty') putSeeds(put);

  const find = (id: string): FakeRun => {
    const run = runs.get(id);
    if (!run) throw { code: 'no-such-run', message: 'This store has no such run.', hint: 'Choose one on the left.' };
    return run;
  };
  const rows = () => [...runs.values()].map((run) => run.row());

  let settings: Settings = { theme: 'system', welcomed: shape !== 'empty', paper: 'a4', organisation: '' };
  let people: PersonView[] = [
    person('p1', ME, true),
    person('p2', 'Danylo Savchuk', false),
    person('p3', 'Iryna Melnyk', false),
  ];
  let environments: EnvironmentView[] = ['production', 'staging'].map((name) => ({
    name,
    variables: [
      { name: 'API_URL', value: name === 'production' ? 'https://api.bakhmach.com' : 'https://staging.bakhmach.com' },
      { name: 'API_HOST', value: name === 'production' ? 'api.bakhmach.com' : 'staging.bakhmach.com' },
    ],
    secrets: [{ name: 'TOKEN', set: name === 'production', place: 'keychain' }],
    loadHosts: name === 'production' ? ['api.bakhmach.com'] : [],
  }));
  if (shape === 'awkward')
    environments.unshift({ name: AWKWARD_RUN.environment, variables: AWKWARD_VARIABLES, secrets: [], loadHosts: [] });

  const session = (): Session => ({
    version: '0.1.0',
    store: '/home/oksana/.local/share/app.countersign.desktop',
    device: '9f3a',
    findings: [],
    me: people.find((each) => each.me),
    runs: rows(),
    settings,
    zone: 'Europe/Kyiv',
    secretPlace: 'keychain',
  });

  const preview = (source: string) =>
    previewOf(
      source,
      environments.map((each) => each.name),
    );

  const create = (wanted: NewRun): FakeRun => {
    const markdown = SEEDS[wanted.source] ?? bakhmach;
    const made = put(
      new FakeRun({
        run: String(nextRun++).padStart(2, '0').repeat(32),
        markdown,
        letters: '',
        name: wanted.name,
        release: wanted.release,
        environment: wanted.environment,
        deployAt: wanted.deployAt ? `${wanted.deployAt}:00Z` : '2026-12-01T16:00:00Z',
        deployText: wanted.deployAt.replace('T', ', ') || 'no time yet',
        line: [wanted.environment, 'just started'].filter(Boolean).join(' · '),
        roles: wanted.roles,
      }),
    );
    rowsChanged.tell(rows());
    return made;
  };

  /** Runs into which was carried what could be. */
  const carriedInto = new Set<string>();
  const carryPlan = (id: string) => {
    const run = find(id);
    const offered = shape === 'carry' && !carriedInto.has(id);
    const items = run.view.items.filter((item) => !item.resolved).map((item) => item.id);
    return carryInto(run, !offered, planOf(run, { which: 'items', items }, approved, environments));
  };

  return {
    events: {
      runsChanged: rowsChanged.hear,
      runChanged: runChanged.hear,
      probeProgress: progress.hear,
      loadProgress: loadProgress.hear,
      watchLooked: () => () => undefined,
      pathsOpened: (_listener: (paths: string[], at: Place | null) => void) => () => undefined,
      filesOver: (_listener: (at: Place | null) => void) => () => undefined,
    },
    session: async () => session(),
    settingsSave: async (next) => {
      settings = next;
      return session();
    },
    checklistList: async () =>
      Object.entries(SEEDS).map(([source, markdown]) => {
        const read = readChecklist(markdown);
        return {
          source,
          title: read.title,
          place: source.replace('bundled:', ''),
          bundled: true,
          items: read.items.filter((item) => item.track === 'work').length,
          withProbes: 0,
          missing: false,
        };
      }),
    checklistPreview: async (source) => preview(source),
    checklistForget: async () => [],
    suggestionAccept: async (source, _accepted, into) => ({ ...preview(source), suggestions: [], probesInto: into }),
    checklistCopy: async (_run, _source, path) => path,
    lint: async (source) => preview(source).findings,

    runCreate: async (wanted) => create(wanted).view,
    runPrefill: async (run) => {
      const { parts } = find(run);
      const source = parts.markdown === hamsaya ? 'bundled:hamsaya.md' : 'bundled:bakhmach.md';
      return { ...preview(source).proposal, name: parts.name, environment: parts.environment };
    },
    runList: async () => rows(),
    runView: async (run) => find(run).view,
    runRefresh: async (run) => find(run).patch(find(run).view.items),
    runArchive: async (run, archived) => {
      const found = find(run);
      found.group = archived ? 'archived' : (found.parts.group ?? 'inProgress');
      rowsChanged.tell(rows());
      return rows();
    },
    runChange: async (run, change) => {
      const found = find(run);
      const { deployAt, zone, ...plain } = change;
      const head = { ...found.view.head, ...plain };
      if (deployAt)
        head.deploy = {
          at: `${deployAt}:00Z`,
          zone: zone ?? 'Europe/Kyiv',
          text: deployAt.replace('T', ', '),
          local: '',
          wall: deployAt,
        };
      Object.assign(found.parts, plain);
      rowsChanged.tell(rows());
      return found.amend({ head });
    },
    runField: async (run, group, id, value) => {
      const found = find(run);
      const fill = (fields: typeof found.view.particulars.fields) =>
        fields.map((field) => (field.id === id ? { ...field, value } : field));
      const particulars = { ...found.view.particulars };
      if (group === 'field') particulars.fields = fill(particulars.fields);
      if (group === 'contact') particulars.contacts = fill(particulars.contacts);
      if (group === 'placeholder') particulars.placeholders = fill(particulars.placeholders);
      const commands = found.view.rollback.commands.map((command) => {
        const known = particulars.placeholders.filter((each) => each.value);
        const filled = known.reduce((text, each) => text.replaceAll(`<${each.id}>`, each.value), command.written);
        return { ...command, filled, unfilled: command.unfilled.filter((name) => filled.includes(`<${name}>`)) };
      });
      return found.amend({ particulars, rollback: { ...found.view.rollback, commands } });
    },
    runCondition: async (run, { id, applies, reason }) => {
      const found = find(run);
      const conditions = found.view.particulars.conditions.map((each) =>
        each.id === id ? { ...each, applies, reason } : each,
      );
      found.amend({ particulars: { ...found.view.particulars, conditions } });
      const { items } = conditions.find((each) => each.id === id) ?? { items: [] };
      const status = applies ? 'open' : 'notApplicable';
      return found.setStatus(items, { status, reason, until: '', performedBy: '', performedAt: '' });
    },
    runCriterionBind: async (run, criterion, items) => {
      const found = find(run);
      return found.amend({
        criteria: found.view.criteria.map((each) =>
          each.id === criterion ? { ...each, bound: items, state: items.length > 0 ? 'unknown' : 'asked' } : each,
        ),
      });
    },
    runCriterionAnswer: async (run, criterion, met, reason) => {
      const found = find(run);
      return found.amend({
        criteria: found.view.criteria.map((each) =>
          each.id === criterion ? { ...each, state: met ? 'met' : 'notMet', why: reason } : each,
        ),
      });
    },
    runHandover: async (run, to, note) => {
      const found = find(run);
      const handovers = [...found.view.particulars.handovers, { to, note, act: act(ME) }];
      return found.amend({ particulars: { ...found.view.particulars, handovers } });
    },
    runRoles: async (run, point, roles) => {
      find(run).points.setRoles(point, roles);
      return find(run).patch();
    },
    runEnvironment: async (run) => find(run).patch(),
    runHistory: async (run, limit) => find(run).history.slice(0, limit),

    checklistChange: async () => (edited ? changeOf() : null),
    adoptionPlan: async (run, source, pairs) => planFor(find(run), source, pairs),
    checklistAdopt: async (run) => {
      edited = false;
      return find(run).amend({});
    },

    attemptStart: async (run, at) => attempt(find(run), { state: 'started', startedAt: at || now() }),
    attemptDeployed: async (run, at) => attempt(find(run), { state: 'deployed', deployedAt: at || now() }),
    attemptEnd: async (run, at, outcome) => attempt(find(run), { state: 'ended', endedAt: at || now(), outcome }),

    itemStatus: async (run, items, change) => find(run).setStatus(items, change),
    itemValue: async (run, item, value) => {
      const asked = find(run).item(item);
      const number = Number.parseFloat(value);
      if (asked.asks && !(number >= 5 && number <= 10))
        throw {
          code: 'value-out-of-range',
          message: `${value} is not within ${asked.asks.words}.`,
          place: asked.number,
        };
      return find(run).write([{ ...asked, value: `${number} %` }], { kind: 'item.value', text: `entered ${number} %` });
    },
    itemNote: async (run, id, text) => {
      const item = find(run).item(id);
      return find(run).write([{ ...item, notes: [...item.notes, { text, act: { ...act(ME), at: now() } }] }], {
        kind: 'item.note',
        text: 'wrote a note',
      });
    },
    itemAssign: async (run, ids, assignee) =>
      find(run).write(
        ids.map((id) => ({ ...find(run).item(id), assignee: assignee || undefined })),
        { kind: 'item.assignee', text: assignee ? `gave it to ${assignee}` : 'took the assignee away', undoable: true },
      ),
    itemDue: async (run, id, at) =>
      find(run).write(
        [{ ...find(run).item(id), due: at ? { at, relative: '', overdue: false, set: true } : undefined }],
        { kind: 'item.due', text: 'changed when it is due' },
      ),
    itemEvidence: async (run, id, paths) =>
      attach(
        find(run),
        id,
        paths.map((path) => path.split('/').at(-1) ?? path),
      ),
    itemEvidenceBytes: async (run, id, name) => attach(find(run), id, [name]),
    itemHistory: async (run, item) => find(run).history.filter((each) => each.item === item),
    itemResolve: async (run, id, register) => {
      const item = find(run).item(id);
      const conflicts = item.conflicts.filter((each) => each.register !== register);
      return find(run).write([{ ...item, conflicts }], { kind: 'item.resolve', text: 'resolved a conflict' });
    },
    evidencePicture: async () => PIXEL,
    evidenceSave: async (digest, path) => ({ path, size: 220_411, digest }),
    proposalDecide: async (run, event, accept) => {
      const item = find(run).view.items.find((each) => each.proposals.some((proposal) => proposal.event === event));
      if (!item) throw { code: 'no-such-proposal', message: 'It was decided already.' };
      const proposals = item.proposals.map((proposal) =>
        proposal.event === event
          ? { ...proposal, state: accept ? 'accepted' : 'declined', decided: act(ME) }
          : proposal,
      );
      return find(run).write([{ ...item, proposals }], {
        kind: 'proposal.decided',
        text: accept ? 'accepted it' : 'declined it',
      });
    },
    undo: async (run, events) => find(run).undo(events),

    rollbackActivate: async (run, rehearsal, reason) =>
      rollback(find(run), { state: rehearsal ? 'rehearsal' : 'active', reason, startedAt: now(), endedAt: undefined }),
    rollbackClose: async (run) => endRollback(find(run), 'closed'),
    rollbackCancel: async (run, reason) => endRollback(find(run), `cancelled: ${reason}`),

    probePlan: async (run, selection) => planOf(find(run), selection, approved, environments),
    probeRun: async (run, selection, approve) => {
      for (const hash of approve) approved.add(hash);
      return scheduler.start(find(run), selection, {
        progress: progress.tell,
        patch: runChanged.tell,
        load: loadProgress.tell,
      });
    },
    probeCancel: async (batch) => scheduler.cancel(batch),
    probeResult: async (run, item, probe) => resultOf(find(run).item(item), probe),

    watchStart: async (run, item, _length, approve) => {
      for (const hash of approve) approved.add(hash);
      return startWatch(find(run), item);
    },
    watchByPerson: async (run, item, length, every) => beginWatching(find(run), item, length, every),
    watchReading: async (run, item, good, words) => noteLook(find(run), item, good, words),
    watchFinish: async (run, item, held, words) => finishWatching(find(run), item, held, words),
    watchStop: async (run, item, reason) => stopWatch(find(run), item, reason),
    watchSeries: async (run, item) => seriesOf(find(run), item),

    runCompare: async (run, other) => {
      if (find(run).parts.markdown === hamsaya)
        throw { code: 'nothing-to-compare', message: 'No other run of this checklist was released and accepted.' };
      return compareWith(find(run), other);
    },
    carryPlan: async (run) => carryPlan(run),
    carryForward: async (run, items) => {
      carriedInto.add(run);
      runChanged.tell(carried(find(run), items));
      return 0;
    },

    probeText: async (run, item, probe) =>
      textOf(
        find(run).item(item),
        probe,
        environments.map((each) => each.name),
      ),
    probeCheck: async (run, draft) => checkOf(draft, find(run).item(draft.item)),
    probeSave: async () => {
      edited = true;
      return '/home/oksana/hub/bakhmach.md';
    },

    environmentList: async () => environments,
    environmentSave: async (environment, previous) => {
      const others = environments.filter((each) => each.name !== (previous || environment.name));
      environments = [...others, environment].sort((a, b) => a.name.localeCompare(b.name));
      return environments;
    },
    environmentDelete: async (name) => (environments = environments.filter((each) => each.name !== name)),
    secretSet: async (environment, name, value) =>
      (environments = environments.map((each) =>
        each.name === environment
          ? {
              ...each,
              secrets: [
                ...each.secrets.filter((secret) => secret.name !== name),
                { name, set: value !== '', place: 'keychain' },
              ],
            }
          : each,
      )),

    peopleList: async () => people,
    personSave: async (entry) => {
      const known = people.find((each) => each.id === entry.id);
      const id = known?.id ?? `p${people.length + 1}`;
      const saved: PersonView = {
        ...(known ?? { ...person(id, entry.name, entry.me), fingerprint: '', publicKey: '', spoken: '' }),
        name: entry.name,
        principal: entry.principal,
        roles: entry.roles,
        me: entry.me,
      };
      people = [
        ...people.filter((each) => each.id !== id).map((each) => (entry.me ? { ...each, me: false } : each)),
        saved,
      ];
      return people;
    },
    personDelete: async (id) => (people = people.filter((each) => each.id !== id)),
    keyCreate: async (id) =>
      (people = people.map((each) =>
        each.id === id ? { ...person(id, each.name, each.me), name: each.name, roles: each.roles } : each,
      )),
    keyLoad: async (id, path) =>
      (people = people.map((each) => (each.id === id ? { ...person(id, each.name, each.me), keyPath: path } : each))),

    pointView: async (run, point) => find(run).points.view(point),
    pointLooked: async () => undefined,
    sign: async (run, decision, passphrase) => {
      unlock(passphrase);
      find(run).points.sign(decision, people.find((each) => each.id === decision.person)?.name ?? ME);
      return find(run).amend({});
    },
    signatureWithdraw: async (run, event) => {
      find(run).points.withdraw(event);
      return find(run).amend({});
    },
    conditionClose: async (run, event, index, _note, _person, passphrase) => {
      unlock(passphrase);
      find(run).points.closeCondition(event, index);
      return find(run).amend({});
    },

    reportPage: async (run, page) => pageOf(find(run).view.head, page, 4),
    export: async (_run, _format, path) => ({ path, size: 184_220, digest: '77aa'.repeat(16) }),
    exportName: async (run, format) =>
      `${find(run).parts.name.toLowerCase().replaceAll(' ', '-')}-${find(run).parts.release}.${format === 'pdf' ? 'pdf' : format === 'record' ? 'json' : 'md'}`,
    chooseFiles: async () => ['/home/oksana/Pictures/grafana.png'],
    chooseSavePath: async (_title, name) => `/home/oksana/Documents/${name}`,
  };
}

/** The fake of this window. */
export const fake = makeFake(new URLSearchParams(globalThis.location?.search ?? '').get('shape') ?? '');
