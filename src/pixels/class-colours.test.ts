import { describe, expect, it } from 'vitest';
import { CLASS_COLOURS, classColour, classColours } from './class-colours.ts';
import { colourOf, cssColour } from './palette.ts';

type Light = readonly [number, number, number];

/** Linear light of a colour. */
function lightOf(css: string): Light {
  return colourOf(css).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Light;
}

/** Oklab (Ottosson 2020). */
function oklab([r, g, b]: Light): Light {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** What eyes see that lack one of three pigments, and usual ones (Machado, Oliveira & Fernandes 2009, severity 1). */
const EYES = {
  usual: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;

function seen(eyes: keyof typeof EYES, [r, g, b]: Light): Light {
  const m = EYES[eyes];
  const row = (i: number) => Math.max(0, Math.min(1, m[i]! * r + m[i + 1]! * g + m[i + 2]! * b));
  return [row(0), row(3), row(6)];
}

const contrast = (a: string, b: string) => {
  const [least, most] = [a, b]
    .map((css) => {
      const [r, g, blue] = lightOf(css);
      return 0.2126 * r + 0.7152 * g + 0.0722 * blue + 0.05;
    })
    .sort((x, y) => x - y);
  return most! / least!;
};

describe('the colours of classes', () => {
  const all = classColours(CLASS_COLOURS);

  it('stand out on white and on a dark page', () => {
    for (const { onLight, onDark } of all) {
      expect(contrast(onLight, '#ffffff')).toBeGreaterThanOrEqual(3);
      expect(contrast(onDark, '#1e2328')).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('have one hue in both', () => {
    for (const { onLight, onDark } of all) {
      const [a, b] = [oklab(lightOf(onLight)), oklab(lightOf(onDark))];
      if (Math.hypot(a[1], a[2]) < 0.01) expect(Math.hypot(b[1], b[2])).toBeLessThan(0.01);
      else {
        const turn = Math.atan2(a[1], a[2]) - Math.atan2(b[1], b[2]);
        expect(Math.cos(turn)).toBeGreaterThan(Math.cos(Math.PI / 9));
      }
    }
  });

  it.each([
    ['onLight', 7, 0.07],
    ['onLight', 12, 0.04],
    ['onDark', 7, 0.06],
    ['onDark', 12, 0.025],
  ] as const)('%s of the first %i are told apart by any eyes', (ground, count, least) => {
    for (const eyes of Object.keys(EYES) as (keyof typeof EYES)[]) {
      const places = all.slice(0, count).map((colours) => oklab(seen(eyes, lightOf(colours[ground]))));
      for (const [i, a] of places.entries())
        for (const b of places.slice(0, i))
          expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(least);
    }
  });

  it('begin again where there are more classes', () => {
    const many = classColours(CLASS_COLOURS + 1);
    expect(many[CLASS_COLOURS]).toEqual(many[0]);
    expect(cssColour(classColour(CLASS_COLOURS))).toBe(many[0]!.onDark);
  });
});
