import { type Random, seededRandom } from './random.ts';

/** Silhouettes of goods on a canvas of 800 × 800. */
const goods: readonly [string, ...string[]] = [
  '<path d="M250 260h260v300q0 60-60 60H310q-60 0-60-60z"/><path d="M510 320h50q60 0 60 90t-60 90h-50" fill="none" stroke="COLOUR" stroke-width="34"/>',
  '<path d="M360 150h80v120q70 40 70 130v210q0 40-40 40H330q-40 0-40-40V400q0-90 70-130z"/><rect x="350" y="120" width="100" height="50" rx="10"/>',
  '<path d="M300 170h200l90 230H210z"/><rect x="388" y="400" width="24" height="190"/><ellipse cx="400" cy="610" rx="110" ry="24"/>',
  '<rect x="270" y="150" width="260" height="250" rx="20"/><rect x="240" y="410" width="320" height="60" rx="16"/><path d="M260 470h30v180h-30zM510 470h30v180h-30z"/>',
  '<path d="M280 200l80-40q40 40 80 0l80 40 90 110-70 60-40-40v310H300V330l-40 40-70-60z"/>',
  '<circle cx="400" cy="400" r="230"/><circle cx="400" cy="400" r="190" fill="#fff" opacity=".8"/><path d="M400 260v140l90 60" fill="none" stroke="#222" stroke-width="16"/>',
  '<path d="M330 160h140l-20 90q120 80 120 210 0 180-170 180T230 460q0-130 120-210z"/>',
  '<path d="M200 330l200-90 200 90v230l-200 100-200-100z"/><path d="M200 330l200 90 200-90M400 420v240" fill="none" stroke="#0006" stroke-width="8"/>',
];

export const motifCount = 16;
export const canvas = 800;

/** SVG of goods under studio light; without a backdrop the rest is transparent. */
export function motifSvg(seed: number, motif: number, backdrop: boolean): string {
  const random = seededRandom(seed, `motif ${motif}`);
  const colour = colourOf(random);
  const shape = (goods[motif % goods.length] ?? goods[0]).replaceAll('COLOUR', colour);
  const behind = `<rect width="${canvas}" height="${canvas}" fill="url(#backdrop)"/>
    <ellipse cx="400" cy="640" rx="260" ry="34" fill="#000" opacity=".25"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${canvas}" height="${canvas}">
    <defs>
      <radialGradient id="backdrop" cx=".5" cy=".4" r=".8">
        <stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="${colourOf(random)}" stop-opacity=".45"/>
      </radialGradient>
      <linearGradient id="light" x1="0" x2="1">
        <stop offset="0" stop-color="#fff" stop-opacity=".55"/><stop offset=".4" stop-color="#fff" stop-opacity="0"/>
        <stop offset="1" stop-color="#000" stop-opacity=".45"/>
      </linearGradient>
    </defs>
    ${backdrop ? behind : ''}
    <g fill="${colour}">${shape}</g>
    <g fill="url(#light)">${shape}</g>
  </svg>`;
}

function colourOf(random: Random): string {
  return `hsl(${random.integer(0, 359)},${random.integer(35, 80)}%,${random.integer(35, 65)}%)`;
}
