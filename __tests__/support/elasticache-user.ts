/** A user of ElastiCache in memory: up to two passwords, and a while in which a change goes to all nodes. */
import type {
  DescribeUsersCommandInput,
  DescribeUsersCommandOutput,
  ModifyUserCommandInput,
  ModifyUserCommandOutput,
} from '@aws-sdk/client-elasticache';
import type { UsersApi } from '../../apps/password-rotation/apis';
import { awsError } from './secrets-manager';

const answered = { $metadata: {} };

export class MemoryUser implements UsersApi {
  status = 'active';
  readonly id: string;
  /** All sets of passwords it had, the last one first. */
  readonly history: (readonly string[])[];
  /** Called before each modification. */
  beforeChange: () => void = () => undefined;

  constructor(id: string, password: string) {
    this.id = id;
    this.history = [[password]];
  }

  get passwords(): readonly string[] {
    return this.history[0] ?? [];
  }

  describeUsers({ UserId }: DescribeUsersCommandInput): Promise<DescribeUsersCommandOutput> {
    if (UserId !== this.id) return Promise.reject(awsError('UserNotFoundFault', `no user ${UserId ?? ''}`));
    const Authentication = { Type: 'password' as const, PasswordCount: this.passwords.length };
    return Promise.resolve({ ...answered, Users: [{ UserId, Status: this.status, Authentication }] });
  }

  modifyUser({ UserId, Passwords = [] }: ModifyUserCommandInput): Promise<ModifyUserCommandOutput> {
    this.beforeChange();
    if (UserId !== this.id) return Promise.reject(awsError('UserNotFoundFault', `no user ${UserId ?? ''}`));
    if (this.status !== 'active') return Promise.reject(awsError('InvalidUserStateFault', `it is ${this.status}`));
    if (
      Passwords.length < 1 ||
      Passwords.length > 2 ||
      Passwords.some((password) => !/^[^,"/@]{16,128}$/.test(password))
    ) {
      return Promise.reject(awsError('InvalidParameterValueException', `invalid passwords: ${Passwords.join(' ')}`));
    }
    this.history.unshift([...Passwords]);
    this.status = 'modifying';
    return Promise.resolve(answered);
  }

  /** The change is on all nodes. */
  settle(): void {
    if (this.status === 'modifying') this.status = 'active';
  }
}
