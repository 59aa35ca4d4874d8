import { Failure, reasonOfText } from './errors.ts';
import type { HttpAnswer } from './http.ts';
import { object } from './narrow.ts';
import type { Json } from './narrow.ts';

/**
 * The JSON of an answer that is a Technitium server's and says `ok`; throws a `Failure` otherwise. The server answers all
 * that it understands with HTTP 200, so that the `status` in the JSON alone judges.
 */
export function okAnswer(
  { status, contentType, location, body }: HttpAnswer,
  to: { readonly url: string; readonly path: string },
): Json {
  if (status >= 500) {
    throw new Failure('Unreachable', `answered HTTP ${status}`, { mayHaveActed: true, transient: true });
  }
  if (status >= 300 && status < 400) {
    const target = URL.parse(location ?? '', to.url)?.origin ?? 'elsewhere';
    throw new Failure('UnexpectedAnswer', `redirects to ${target}, which is never followed`, {
      advice: 'If that is Technitium, let spec.technitium.url say so; else something stands in front of it.',
    });
  }
  if (status !== 200) throw new Failure('UnexpectedAnswer', `answered HTTP ${status}, as no Technitium API does`);
  const answer = object(parsed(body, contentType), 'the whole');
  if (answer['status'] !== 'ok') throw refusal(answer, to.path.replace(/^\/api\//, ''));
  return answer;
}

function parsed(body: string, contentType = ''): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    if (!contentType.includes('json')) {
      const details = { mayHaveActed: true, quote: contentType };
      throw new Failure('UnexpectedAnswer', 'gave an answer that is no JSON but', details);
    }
    throw new Failure('UnexpectedAnswer', 'gave JSON that ends too soon or is broken', {
      mayHaveActed: true,
      advice: 'Look at what stands between the operator and Technitium: something cuts or changes its answers.',
    });
  }
}

function refusal({ status, errorMessage }: Json, call: string): Failure {
  const quote = typeof errorMessage === 'string' ? errorMessage : '';
  switch (status) {
    case 'error':
      return new Failure(reasonOfText(quote), `answered ${call}:`, { quote });
    case 'invalid-token':
      return new Failure('NotAuthenticated', `answered ${call}:`, { quote });
    case '2fa-required':
      return new Failure('NotAuthenticated', 'asks for a second factor, which only an API token does without', {
        advice: 'Make an API token for that user on Technitium and put it into the Secret as the key "token".',
      });
    default:
      return new Failure('UnexpectedAnswer', 'gave an answer of unknown status', { mayHaveActed: true });
  }
}
