/** Images of this machine in the places of those that the environment names. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Manifest } from '../deployment/manifests/manifest';

/** The reference of an image, as kubernetes/images/build.sh writes it. */
const image = z.looseObject({ reference: z.string().min(1) }).transform(({ reference }) => reference);

const everywhere = { application: image, redis: image, exporter: image, postgres: image };

const fileSchema = z.object({
  ...everywhere,
  // Built by `build.sh --monitoring` alone: not every environment has them.
  prometheus: image.optional(),
  alertmanager: image.optional(),
});

export type LocalImages = Readonly<z.output<typeof fileSchema>>;

/** What an image is for. */
export type ImageRole = keyof LocalImages;

/** Names of repositories, by their last parts. */
const repositories: readonly (readonly [RegExp, ImageRole])[] = [
  [/(?:^|\/)redis-platform\/application$/, 'application'],
  [/(?:^|\/)redis(?:-cluster)?$/, 'redis'],
  [/(?:^|\/)redis_exporter$/, 'exporter'],
  [/(?:^|\/)postgres$/, 'postgres'],
  [/(?:^|\/)prometheus\/prometheus$/, 'prometheus'],
  [/(?:^|\/)prometheus\/alertmanager$/, 'alertmanager'],
];

/** @throws Error that names the file and what it lacks */
export function readImages(file: string): LocalImages {
  const parsed = fileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(
    `${file}: it is to name an image for each of ${Object.keys(everywhere).join(', ')}; ${problems.join('; ')}`,
  );
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
  const local = images[found[1]];
  if (local === undefined) {
    throw new Error(
      `the file of --images has no ${found[1]}, for ${reference}: kubernetes/images/build.sh --monitoring`,
    );
  }
  return local;
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
