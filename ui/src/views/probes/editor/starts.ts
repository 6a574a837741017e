/** What a new probe of each kind begins with. Hosts are variables: nothing here names one. */
export const STARTS: readonly { kind: string; yaml: string }[] = [
  { kind: 'http', yaml: 'probe: http\nurl: ${API_URL}/health\nexpect: status == 200\n' },
  { kind: 'tls', yaml: 'probe: tls\nhost: ${API_HOST}\nexpect: chain_ok, valid_for > 21d\n' },
  { kind: 'tcp', yaml: 'probe: tcp\nhost: ${DB_HOST}\nport: 5432\nexpect: connected\n' },
  { kind: 'dns', yaml: 'probe: dns\nname: ${API_HOST}\nexpect: len(answers) > 0\n' },
  { kind: 'file', yaml: 'probe: file\npath: CHANGELOG.md\nexpect: exists\n' },
  { kind: 'command', yaml: 'probe: command\nrun: make check\nexpect: exit == 0\n' },
];
