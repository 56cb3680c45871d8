const account = 'us-east-1:000000000000';

/** The ARNs that `startStepFunctions` gives to state machines and functions of these names. */
export const machineArn = (name: string) => `arn:aws:states:${account}:stateMachine:${name}`;
export const functionArn = (name: string) => `arn:aws:lambda:${account}:function:${name}`;

/** A state machine of one state. */
export const single = (name: string, state: object) => ({ StartAt: name, States: { [name]: { ...state, End: true } } });

/** A Task that invokes a function with the state's input and keeps its payload. */
export const invoke = (name: string, fields: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: functionArn(name), 'Payload.$': '$' },
  OutputPath: '$.Payload',
  ...fields,
});
