/** Runbooks: their files, their headings, and the commands in them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fencesOf } from './guides/markdown';

export const runbooksFolder = path.resolve(__dirname, '../../docs/runbooks');

/** Files that are about no single alert. */
export const otherRunbooks = ['README.md', 'failover.md', 'post-mortem.md', 'production-checklist.md'];

export const runbookFiles = (): readonly string[] => readdirSync(runbooksFolder).sort();

export const readRunbook = (file: string) => readFileSync(path.join(runbooksFolder, file), 'utf8');

/** Anchors of headings, as Git's hosts make them. */
export const anchorsOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Links to files of the repository, and to headings. */
export const linksOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^https?:/.test(link));

/** Commands for a platform, by block; those in lists lose their indentation. */
export const commandsOf = (markdown: string, platform: 'local' | 'kubernetes' | 'elasticache'): readonly string[] =>
  fencesOf(markdown)
    .filter(({ language }) => language === `sh ${platform}`)
    .map(({ text }) => text);
