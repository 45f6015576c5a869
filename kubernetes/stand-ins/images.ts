/** Images of this machine in the places of those that the environment names. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Manifest } from '../deployment/manifests/manifest';

/** The reference of an image, as kubernetes/images/build.sh writes it. */
const image = z.looseObject({ reference: z.string().min(1) }).transform(({ reference }) => reference);

const everywhere = { application: image, redis: image, exporter: image, postgres: image };

const optional = <const Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, image.optional()])) as Record<Name, z.ZodOptional<typeof image>>;

/** Options of kubernetes/images/build.sh, and what each builds beside the others. */
const imageOptions = {
  '--monitoring': ['prometheus', 'alertmanager'],
  '--cluster-services': ['traefik', 'keda-operator', 'keda-metrics', 'keda-webhooks'],
} as const;

const fileSchema = z.object({
  ...everywhere,
  // Not every environment has them.
  ...optional(imageOptions['--monitoring']),
  ...optional(imageOptions['--cluster-services']),
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
  [/(?:^|\/)library\/traefik$/, 'traefik'],
  [/(?:^|\/)kedacore\/keda$/, 'keda-operator'],
  [/(?:^|\/)kedacore\/keda-metrics-apiserver$/, 'keda-metrics'],
  [/(?:^|\/)kedacore\/keda-admission-webhooks$/, 'keda-webhooks'],
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
  const role = found[1];
  const local = images[role];
  if (local === undefined) {
    throw new Error(
      `the file of --images has no ${role}, for ${reference}: kubernetes/images/build.sh ${optionFor(role)}`,
    );
  }
  return local;
}

/** The option of kubernetes/images/build.sh that builds an image; empty if all of them do. */
const optionFor = (role: ImageRole) =>
  Object.entries(imageOptions).find(([, roles]) => (roles as readonly string[]).includes(role))?.[0] ?? '';

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
