import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expectAccessible } from '../../../../test/axe';
import { loadPictures } from '$backend/fake/loads';
import { PICTURED, picturedOf } from '$backend/fake/pictures';
import { course, extent } from '$shared/chart/course';
import Pictures from './Pictures.svelte';

const show = (item: string) =>
  render(Pictures, { pictures: picturedOf(item)?.pictures ?? [], at: '2026-11-21T12:00:00Z' });

test.each(PICTURED.map((each) => each.item))('axe finds nothing in the picture of “%s”', async (item) => {
  const { container } = show(item);
  await expectAccessible(container);
});

test('only the server that says something else is marked', () => {
  show('DNS record reached every resolver');
  const rows = screen.getAllByRole('row').slice(1);
  expect(rows.map((row) => within(row).queryByText('differs') !== null)).toEqual([false, false, true, false]);
  expect(screen.getByText('2 of 4 servers agree')).toBeInTheDocument();
});

test('a package beyond the limit says so in words', () => {
  show('Coverage of every package is 85 %');
  expect(screen.getByText('84.96 %')).toHaveTextContent('84.96 %, beyond the limit');
  expect(screen.getByText('86.1 %')).toHaveTextContent(/^86.1 %$/u);
});

test('the failed checks stand first', () => {
  show('Headers are secure');
  const rows = screen.getAllByRole('listitem').map((row) => row.textContent.trim());
  expect(rows[0]).toMatch(/^Content-Security-Policy.*failed.*wanted: .*unsafe sources/su);
  expect(rows[1]).toMatch(/^Referrer-Policy.*warning/su);
  expect(rows.at(-1)).toMatch(/^Set-Cookie.*not asked/su);
});

test('what every check alike should be is said once', () => {
  show('Nothing is exposed that should not be');
  expect(screen.getByText('1 of 7 failed · wanted: not to be there')).toBeInTheDocument();
  expect(screen.queryByText('wanted:')).toBeNull();
});

test('the steps of a dialogue keep their order', () => {
  show('Mail can be sent');
  const rows = screen.getAllByRole('listitem').map((row) => row.textContent.trim().split(/\s/u)[0]);
  expect(rows).toEqual(['greeting', 'ehlo', 'starttls', 'auth']);
});

test('a lost answer is said and drawn as a hole', () => {
  const { container } = show('The edge answers pings');
  const chart = screen.getByRole('img', { name: /10.4\u00a0ms to 12.8\u00a0ms; 1 without a value; limit 20\u00a0ms/u });
  expect(chart).toBeInTheDocument();
  expect(container.querySelectorAll('path')).toHaveLength(2);
  expect(screen.getByText('2 s later')).toBeInTheDocument();
});

test('of a long list the others wait to be asked for', async () => {
  show('Scanner found nothing serious');
  expect(screen.getByText('the first 12 of 65')).toBeInTheDocument();
  expect(screen.queryByText('src/handlers/billing.ts:227')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Show all 12' }));
  expect(screen.getByText('src/handlers/billing.ts:227')).toBeInTheDocument();
});

test('a certificate says how long it lives and how long it should', () => {
  show('Certificate is valid for three weeks');
  expect(screen.getByRole('img', { name: '19 days left, 21 days must be left' })).toBeInTheDocument();
});

test('a domain has the life of a certificate', () => {
  show('The domain is renewed');
  expect(screen.getByRole('img', { name: '41 days left, 60 days must be left' })).toBeInTheDocument();
  expect(screen.getByText('Example Registrar')).toBeInTheDocument();
});

test('an empty output has no block, a cut one says how long it was', () => {
  show('Backup script ends well');
  expect(screen.getByText('3.4 MB, only the beginning was kept')).toBeInTheDocument();
  expect(screen.queryByText(/sha256/u)).toBeNull();
});

describe('the line of a series', () => {
  const at = (minutes: number, value?: number) => ({ at: minutes * 60_000, ...(value === undefined ? {} : { value }) });

  test('breaks where samples are missing and where one is no number', () => {
    const points = [at(0, 1), at(1, 2), at(2, 1), at(9, 1), at(10, 3), at(11), at(12, 1), at(13, 2)];
    expect(course(points, extent([{ name: '', points }], []))).toHaveLength(3);
  });

  test('holds a limit that is near and leaves out one that would press it flat', () => {
    const lines = [{ name: '', points: [at(0, 1), at(1, 2)] }];
    expect(extent(lines, [5]).high).toBeGreaterThan(5);
    expect(extent(lines, [5000]).high).toBeLessThan(3);
  });
});

test('a distribution says its percentiles and its conditions in words, and each mark has its shape', async () => {
  const { container } = render(Pictures, { pictures: loadPictures(), at: '2026-11-22T08:40:00Z' });
  const chart = screen.getByRole('img', { name: /corrected: p50/u });
  expect(chart.getAttribute('aria-label')).toContain('p99 < 500ms does not hold');
  const limits = screen.getByRole('list', { name: 'Limits' });
  expect(limits.textContent).toContain('6.1.1');
  expect(limits.textContent).toContain('612');
  expect(screen.getByRole('table', { name: /percentiles/iu })).toBeInTheDocument();
  await expectAccessible(container);
});
