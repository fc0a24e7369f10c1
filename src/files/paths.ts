/** Paths as every system writes them, with slashes; what runs in a browser has no other. */
export { basename, dirname, extname, isAbsolute, join, parse, relative, resolve } from 'pathe';
