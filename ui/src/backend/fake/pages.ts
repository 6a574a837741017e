import type { PreviewPage } from '$generated/PreviewPage';
import type { RunHead } from '$generated/RunHead';
import type { Tile } from '$generated/Tile';

const COLOURS: Partial<Record<Tile, string>> = {
  verified: '#12805c',
  done: '#9fd4b4',
  failed: '#d6333b',
  warning: '#f0c879',
  waived: '#c9b6ec',
  stale: '#d3d59b',
  inconclusive: '#a9cbe8',
  blocked: '#dba48c',
};
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** A page that looks enough like the report for a plain browser: a title, the tiles, and lines of text. */
export function pageOf(head: RunHead, page: number, pages: number): PreviewPage {
  const tiles = head.counts.flatMap(({ tile, count }) => Array.from({ length: count }, () => tile));
  const squares = tiles
    .map((tile, index) => {
      const fill = COLOURS[tile] ?? '#ffffff';
      return `<rect x="${60 + (index % 30) * 16}" y="${190 + Math.floor(index / 30) * 16}" width="12" height="12" rx="3" fill="${fill}" stroke="#d7d6d2" stroke-width="0.7"/>`;
    })
    .join('');
  const lines = Array.from({ length: page === 1 ? 22 : 36 }, (_, index) => {
    const y = (page === 1 ? 300 : 96) + index * 20;
    const width = 300 + ((index * 97 + page * 41) % 170);
    return `<rect x="60" y="${y}" width="10" height="10" rx="2.5" fill="#e3f4ea"/><rect x="80" y="${y + 2}" width="${width}" height="6" rx="3" fill="#e4e4e1"/>`;
  }).join('');
  const title = `<text x="60" y="${page === 1 ? 92 : 62}" font-family="Inter, sans-serif" font-size="${page === 1 ? 24 : 12}" font-weight="600" fill="#1d1d1f">${escaped(`${head.name} ${head.release}`)}</text>`;
  const first =
    page === 1
      ? `<text x="60" y="120" font-family="Inter, sans-serif" font-size="12" fill="#5d5d63">${escaped([head.environment, head.deploy?.text ?? ''].filter(Boolean).join(' · '))}</text><text x="60" y="158" font-family="Inter, sans-serif" font-size="13" font-weight="600" fill="#1d1d1f">${escaped(`${head.verdict.title}: ${head.verdict.text || head.verdict.verdict}`)}</text>${squares}`
      : '';
  const foot = `<text x="535" y="812" text-anchor="end" font-family="Inter, sans-serif" font-size="9" fill="#8b8b92">${page} of ${pages}</text>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 595 842" width="595" height="842"><rect width="595" height="842" fill="#fff"/>${title}${first}${lines}${foot}</svg>`;
  return { page, pages, image: `data:image/svg+xml,${encodeURIComponent(svg)}`, width: 595, height: 842 };
}
