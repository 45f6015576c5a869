/** Rate limits to try: each call spends one unit of the session's user. */
import { z } from 'zod';
import { spend } from '../plugins/rate-limits';
import { problems } from '../schemas/problem';
import type { ApiServices } from '../services';
import type { Api } from '../zod-routes';

export function addLimitRoutes(app: Api, { authenticate, limiters }: ApiServices): void {
  app.get(
    '/limits/:policy',
    {
      schema: {
        summary: 'Spend one unit of a limit',
        tags: ['limits'],
        security: [{ session: [] }],
        params: z.object({ policy: z.enum(['fixed', 'sliding']) }),
        querystring: z.object({
          /** Separates what is spent for different purposes. */
          subject: z
            .string()
            .regex(/^[\w-]{1,64}$/, '1 to 64 letters, digits, hyphens or underscores')
            .default('default'),
        }),
        response: { 200: z.object({ allowed: z.boolean(), remaining: z.int() }), ...problems(400, 401, 429, 503) },
      },
      onRequest: authenticate,
    },
    async (request, reply) => {
      const limiter = limiters[request.params.policy];
      const { allowed, remaining } = await spend(limiter, `${request.session.userId} ${request.query.subject}`, reply);
      return { allowed, remaining };
    },
  );
}
