import { isMilscopeError } from '../../errors.ts';
import { readImageHeader } from '../header.ts';
import { nodeImageAccess } from '../node/access.ts';
import { readImage } from '../read.ts';

/**
 * What comes of reading a file: `pixels`, the tag of a MilscopeError, or a sentence that begins with `bug`, where something
 * else was thrown or the pixels are not what the header says.
 */
export async function outcomeOf(path: string): Promise<string> {
  try {
    const header = await readImageHeader(path, {}, nodeImageAccess);
    const { data, width, height, channels } = await readImage(path, {}, nodeImageAccess);
    const said = [header.width, header.height, header.channels, header.bitDepth];
    const came = [width, height, channels, data.BYTES_PER_ELEMENT * 8];
    if (said.join() !== came.join() || data.length !== width * height * channels) {
      return `bug: the header says ${said}, the image is ${came} with ${data.length} samples`;
    }
    return 'pixels';
  } catch (error) {
    if (isMilscopeError(error)) return error.tag;
    return `bug: ${error instanceof Error ? error.stack : String(error)}`;
  }
}
