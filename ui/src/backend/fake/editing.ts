import type { Finding } from '$generated/Finding';
import type { ItemView } from '$generated/ItemView';
import type { ProbeCheck } from '$generated/ProbeCheck';
import type { ProbeDraft } from '$generated/ProbeDraft';
import type { ProbeText } from '$generated/ProbeText';

/** A probe of the fake as its editor shows it. */
export function textOf(item: ItemView, hash: string, environments: string[]): ProbeText {
  const probe = item.probes.find((each) => each.hash === hash);
  return {
    yaml: probe ? `probe: ${probe.kind}\nurl: \${API_URL}/health\nexpect: status == 200\n` : '',
    placement: probe ? 'comment' : '',
    file: 'bakhmach.md',
    line: probe ? probe.line : 0,
    environments,
    environment: environments[0] ?? '',
    suggested: probe
      ? []
      : [
          {
            item: item.id,
            kind: 'tls',
            probe: 'tls host=${API_HOST} expect="chain_ok"',
            yaml: 'probe: tls\nhost: ${API_HOST}\nexpect: chain_ok\n',
            blanks: ['API_HOST'],
            why: 'The item speaks of a certificate.',
            line: item.line,
          },
        ],
    into: 'markdown',
    bundled: false,
  };
}

/** Two mistakes that the fake knows: a field without a colon, and a kind that does not exist. */
export function checkOf(draft: ProbeDraft, item: ItemView): ProbeCheck {
  const lines = draft.yaml.split('\n');
  const findings = lines.flatMap((text, index): Finding[] => {
    const found = (code: string, message: string, hint: string): Finding[] => [
      { severity: 'error', code, message, line: index + 1, column: 1, hint },
    ];
    if (text.trim() && !text.includes(':'))
      return found('probe-syntax', 'this is not YAML', 'write `name: value`, one a line');
    const kind = /^probe: (\w+)$/u.exec(text)?.[1];
    if (kind && !['http', 'tls', 'tcp', 'dns', 'file', 'command', 'load', 'postgres', 'promql'].includes(kind))
      return found('probe-unknown-kind', `there is no probe kind \`${kind}\``, 'did you mean `http`?');
    return [];
  });
  return {
    placement: draft.into === 'sidecar' ? 'sidecar' : 'comment',
    findings,
    plan: {
      entries:
        findings.length > 0
          ? []
          : [
              {
                item: item.id,
                title: `${item.number} ${item.text}`,
                probe: 'd4'.repeat(32),
                kind: 'http',
                class: 'reads',
                lines: ['GET https://api.bakhmach.com/health', 'timeout 10 s'],
                hosts: ['api.bakhmach.com'],
                secrets: [],
                approved: false,
                sinceLast: 'new',
                rehearsal: false,
                asksEachTime: false,
                hash: 'e5'.repeat(32),
              },
            ],
      missing: [],
      unapproved: 1,
      repository: '',
    },
  };
}
