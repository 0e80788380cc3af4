// What a drawing truly holds: how much of it has which colour, by the pixels.
import type { Locator, Page } from 'playwright-core';

/** Classes of a map from light to dark, and what is suppressed: as MapView's legend has them. */
export const COLOURS = ['#e8f1fe', '#9db7f9', '#4979f5', '#0031d8', '#00118f', '#b3b3b3'] as const;
export const SUPPRESSED = '#b3b3b3';

type Shares = Record<(typeof COLOURS)[number], number>;

/** The share of pixels of each colour, from 0 to 1, of an image or of a canvas as it stands. */
async function sharesOf(page: Page, from: Locator | string): Promise<Shares> {
  const count = async (
    element: Element | null,
    { url, colours }: { url: string; colours: readonly string[] },
  ) => {
    let source: CanvasImageSource = element as HTMLCanvasElement;
    if (url) {
      const image = new Image();
      image.src = url;
      await image.decode();
      source = image;
    }
    const { width, height } = source as HTMLCanvasElement;
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d')!;
    context.drawImage(source, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const wanted = colours.map((text) => Number.parseInt(text.slice(1), 16));
    const counts = wanted.map(() => 0);
    for (let at = 0; at < data.length; at += 4) {
      const colour = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
      const found = wanted.indexOf(colour);
      if (found >= 0) counts[found]! += 1;
    }
    return Object.fromEntries(colours.map((colour, i) => [colour, counts[i]! / (width * height)]));
  };
  const options = { url: typeof from === 'string' ? from : '', colours: COLOURS };
  return (
    typeof from === 'string'
      ? await page.locator('body').evaluate(count, options)
      : await from.evaluate(count, options)
  ) as Shares;
}

/** The map once it is drawn, in the middle of the screen. */
export async function drawnMap(page: Page): Promise<Locator> {
  const frame = page.locator('[data-drawn]');
  await frame.waitFor();
  const canvas = frame.locator('canvas');
  await canvas.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  // Without a screen Chromium paints of a canvas only what was in sight; a picture of it alone has it painted whole.
  await canvas.screenshot();
  return canvas;
}

export const canvasShares = (page: Page, canvas: Locator): Promise<Shares> =>
  sharesOf(page, canvas);

/** Of a PNG file. */
export const pngShares = (page: Page, bytes: Buffer): Promise<Shares> =>
  sharesOf(page, `data:image/png;base64,${bytes.toString('base64')}`);

/** All classes together, what is suppressed apart. */
export const shownShare = (shares: Shares): number =>
  COLOURS.filter((colour) => colour !== SUPPRESSED).reduce((sum, one) => sum + shares[one], 0);

/** How many classes are in the picture at all. */
export const classesIn = (shares: Shares): number =>
  COLOURS.filter((colour) => colour !== SUPPRESSED && shares[colour] > 0.0005).length;
