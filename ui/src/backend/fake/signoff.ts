import type { Blocker } from '$generated/Blocker';
import type { Decision } from '$generated/Decision';
import type { ItemView } from '$generated/ItemView';
import type { PointSummary } from '$generated/PointSummary';
import type { PointView } from '$generated/PointView';
import type { RoleCard } from '$generated/RoleCard';
import type { RoleSummary } from '$generated/RoleSummary';
import type { SignatureView } from '$generated/SignatureView';
import type { VerdictPill } from '$generated/VerdictPill';
import { act, eventId } from './dressing';
import type { FakeRun } from './run';

const DECIDED: Record<string, string> = { approve: 'approved', conditions: 'with conditions', reject: 'rejected' };

function signature(name: string, decision: string, reason: string, stated: string, key: string): SignatureView {
  return {
    event: eventId(),
    name,
    principal: `${name.split(' ')[0]?.toLowerCase() ?? ''}@bakhmach.com`,
    decision,
    reason: decision === 'reject' ? reason : '',
    conditions: decision === 'conditions' ? [{ index: 0, text: reason }] : [],
    stated,
    fingerprint: `SHA256:${key}`,
    record: '9f3a71c0de518842'.repeat(4),
    looked: 'Looked at 44 of 44',
    act: act(name, 90),
    differences: [],
    known: true,
  };
}

/** Go/no-go and Acceptance of one fake run. */
export class FakePoints {
  #cards: Record<string, RoleCard[]>;

  constructor(
    private readonly run: FakeRun,
    roles: string[],
    signed: boolean,
  ) {
    const unsigned = (): RoleCard[] =>
      roles.map((role) => ({
        role,
        required: true,
        state: 'unsigned',
        why: 'Not signed.',
        counted: true,
        keysOfOthers: [],
        earlier: [],
      }));
    this.#cards = { 'go-no-go': unsigned(), acceptance: unsigned() };
    if (signed) {
      for (const cards of Object.values(this.#cards))
        for (const card of cards) {
          card.state = 'current';
          card.why = '';
          card.signature = signature('Danylo Savchuk', 'approve', '', 'Thu 12 Nov, 17:10 EET', 'u7Qm4fJbX0a1x2Vd');
        }
    } else if (roles.length === 5) {
      const [, engineering, , qa, security] = this.#cards['go-no-go'] ?? [];
      if (engineering) {
        const stale = signature(
          'Taras Bondar',
          'conditions',
          'Index fix is deployed before the load test',
          'Sun 22 Nov, 08:40 EET',
          'kP0sV2mB8t9aLc',
        );
        stale.differences = [{ title: '6.1.3 p99 latency < 500ms', before: 'passed', after: 'failed' }];
        Object.assign(engineering, { state: 'stale', why: '1 covered item changed since.', signature: stale });
      }
      if (qa)
        Object.assign(qa, {
          state: 'current',
          why: '',
          signature: signature(
            'Iryna Melnyk',
            'reject',
            'Newest backup is 31 h old. I will look again when it is fresh.',
            'Sun 22 Nov, 11:44 EET',
            'ZrT4n0Wc5Lm81e',
          ),
        });
      if (security)
        Object.assign(security, {
          state: 'current',
          why: '',
          signature: signature(
            'Danylo Savchuk',
            'conditions',
            'p99 below 500 ms and a fresh backup before 18:00',
            'Sun 22 Nov, 11:46 EET',
            'u7Qm4fJbX0a1x2Vd',
          ),
        });
    }
  }

  covered(point: string): ItemView[] {
    const work = this.run.view.items.filter((item) => item.track === 'work');
    return point === 'acceptance' ? work : work.filter((item) => item.stage === 'prepare');
  }

  #blockers(point: string): Blocker[] {
    return this.covered(point)
      .filter((item) => !item.resolved)
      .map((item) => ({
        tile: item.tile,
        item: item.id,
        title: `${item.number} ${item.text}`,
        why: [item.measure?.value ?? item.summary, item.measure?.limit].filter(Boolean).join(', ') || item.word,
      }));
  }

  #verdict(point: string): string {
    const cards = this.#cards[point] ?? [];
    const current = cards.filter((card) => card.state === 'current');
    if (current.some((card) => card.signature?.decision === 'reject')) return 'noGo';
    if (current.length === cards.length)
      return current.some((card) => card.signature?.decision === 'conditions') ? 'conditions' : 'go';
    return this.#blockers(point).length > 0 ? 'notReady' : 'ready';
  }

  #words(point: string): string {
    const blockers = this.#blockers(point);
    const failed = blockers.filter((blocker) => blocker.tile === 'failed').length;
    const open = blockers.length - failed;
    return [failed ? `${failed} failed` : '', open ? `${open} open` : ''].filter(Boolean).join(', ');
  }

  pill(): VerdictPill {
    const covered = this.covered('go-no-go').length;
    return {
      point: 'go-no-go',
      title: 'Go/no-go',
      verdict: this.#verdict('go-no-go') === 'noGo' ? 'notReady' : this.#verdict('go-no-go'),
      text: this.#words('go-no-go'),
      later: this.covered('acceptance').length - covered,
    };
  }

  summaries(): PointSummary[] {
    return Object.entries(this.#cards).map(([id, cards]) => ({
      id,
      title: id === 'acceptance' ? 'Acceptance' : 'Go/no-go',
      verdict: this.#verdict(id),
      signed: cards.filter((card) => card.state === 'current').length,
      covers: this.covered(id).length,
      roles: cards.map(summary),
      closed: false,
    }));
  }

  view(point: string): PointView {
    const blockers = this.#blockers(point);
    const count = this.covered(point).length;
    const words = this.#words(point).replace(', ', ' and ');
    const meaning = (decision: string, text: string, possible: boolean) => ({ decision, text, possible });
    return {
      run: this.run.parts.run,
      id: point,
      title: point === 'acceptance' ? 'Acceptance' : 'Go/no-go',
      verdict: this.#verdict(point),
      closed: false,
      covers: point === 'acceptance' ? `${count} items of all stages` : `${count} items of Prepare`,
      count,
      record: '9f3a71c0de518842'.repeat(4),
      policy: `${this.#cards[point]?.length ?? 0} roles, distinct keys, the owner may not sign`,
      blockers,
      blocked: words ? `${words} items keep this from being approved` : '',
      lookAt: this.covered(point)
        .filter((item) => ['waived', 'warning', 'measured'].includes(item.tile))
        .map((item) => ({
          tile: item.tile,
          item: item.id,
          title: `${item.number} ${item.text}`,
          why: item.reason || item.summary,
        })),
      asked:
        point === 'acceptance'
          ? this.run.view.criteria
              .filter((criterion) => criterion.state === 'asked')
              .map((criterion) => ({ id: criterion.id, text: criterion.text, answer: '' }))
          : [],
      sinceLook: [],
      // A new answer is a new value, as it is across the real bridge.
      roles: structuredClone(this.#cards[point] ?? []),
      offeredRoles: this.run.view.particulars.contacts.map((each) => each.label),
      meanings: [
        meaning(
          'approve',
          'As {role}, I have looked at the covered items and approve going on.',
          blockers.length === 0,
        ),
        meaning('conditions', 'As {role}, I approve going on once the conditions below are met.', true),
        meaning('reject', 'As {role}, I do not approve going on, for the reason below.', true),
      ],
      trust: 'Keys are checked against this store’s People: on this laptop only.',
      sinceGo: [],
    };
  }

  sign(decision: Decision, name: string) {
    const card = this.#cards[decision.point]?.find((each) => each.role === decision.role);
    if (!card) throw { code: 'no-such-role', message: `${decision.role} does not sign this point.` };
    if (card.signature) card.earlier = [card.signature, ...card.earlier];
    const made = signature(name, decision.decision, decision.reason, 'Sun 22 Nov, 11:48 EET', 'm3Kx0Qp7Zz81aa');
    made.conditions = decision.conditions.map((text, index) => ({ index, text }));
    card.signature = made;
    card.state = 'current';
    card.why = '';
  }

  withdraw(event: string) {
    for (const card of Object.values(this.#cards).flat())
      if (card.signature?.event === event) {
        card.state = 'withdrawn';
        card.why = 'Withdrawn by the signer.';
      }
  }

  closeCondition(event: string, index: number) {
    for (const card of Object.values(this.#cards).flat()) {
      const condition = card.signature?.event === event ? card.signature.conditions[index] : undefined;
      if (condition) condition.closed = act('Oksana Kovalenko');
    }
  }

  setRoles(point: string, roles: string[]) {
    const before = this.#cards[point] ?? [];
    this.#cards[point] = roles.map(
      (role) =>
        before.find((card) => card.role === role) ?? {
          role,
          required: true,
          counted: true,
          keysOfOthers: [],
          state: 'unsigned',
          why: 'Not signed.',
          earlier: [],
        },
    );
  }
}

function summary(card: RoleCard): RoleSummary {
  const signed = card.signature;
  const rejected = card.state === 'current' && signed?.decision === 'reject';
  const [first = '', last = ''] = signed?.name.split(' ') ?? [];
  return {
    role: card.role,
    state: rejected ? 'rejected' : card.state,
    line: signed
      ? [`${first} ${last[0] ?? ''}.`, DECIDED[signed.decision], card.state === 'stale' ? 'stale' : '']
          .filter(Boolean)
          .join(' · ')
      : 'not signed',
  };
}
