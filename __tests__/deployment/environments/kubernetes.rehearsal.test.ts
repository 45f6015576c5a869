import { describeDeployment } from '../../support/rehearsed-deployment';

describeDeployment('kubernetes');
