/** Images of this machine in the places of those that the environment names. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Manifest } from '../deployment/manifests/manifest';

const roles = ['application', 'redis', 'exporter', 'postgres'] as const;

/** What an image is for. */
export type ImageRole = (typeof roles)[number];

export type LocalImages = Readonly<Record<ImageRole, string>>;

/** Names of repositories, by their last parts. */
const repositories: readonly (readonly [RegExp, ImageRole])[] = [
  [/(?:^|\/)redis-platform\/application$/, 'application'],
  [/(?:^|\/)redis(?:-cluster)?$/, 'redis'],
  [/(?:^|\/)redis_exporter$/, 'exporter'],
  [/(?:^|\/)postgres$/, 'postgres'],
];

/** As kubernetes/images/build.sh writes it. */
const image = z.looseObject({ reference: z.string().min(1) });

const fileSchema = z.object({ application: image, redis: image, exporter: image, postgres: image });

/** @throws Error that names the file and what it lacks */
export function readImages(file: string): LocalImages {
  const parsed = fileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) {
    const { application, redis, exporter, postgres } = parsed.data;
    return {
      application: application.reference,
      redis: redis.reference,
      exporter: exporter.reference,
      postgres: postgres.reference,
    };
  }
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`${file}: it is to name an image for each of ${roles.join(', ')}; ${problems.join('; ')}`);
}

/** The image of this machine for a reference. @throws Error if there is none for it */
export function localImage(reference: string, images: LocalImages): string {
  if (Object.values(images).includes(reference)) return reference;
  const repository = reference.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  const found = repositories.find(([pattern]) => pattern.test(repository));
  if (!found) {
    throw new Error(
      `there is no image here for ${reference}: add its repository to kubernetes/stand-ins/images.ts, and an image to the file of --images`,
    );
  }
  return images[found[1]];
}

/** The same object with local images, in every container that it has. */
export function withLocalImages(manifest: Manifest, images: LocalImages): Manifest {
  return replaced(manifest, images) as Manifest;
}

function replaced(value: unknown, images: LocalImages, key = ''): unknown {
  if (Array.isArray(value)) {
    const isContainers = key === 'containers' || key === 'initContainers';
    return value.map((item: unknown) => (isContainers ? container(item as Container, images) : replaced(item, images)));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaced(inner, images, name)]));
}

interface Container {
  readonly image: string;
}

const container = (one: Container, images: LocalImages) => ({
  ...one,
  image: localImage(one.image, images),
  imagePullPolicy: 'IfNotPresent',
});
