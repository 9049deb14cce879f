using MbMix.Hosting;
using Microsoft.Extensions.DependencyInjection;

var services = new ServiceCollection().AddMbMix().AddSimNative().AddShac();
using var provider = services.BuildServiceProvider();
using var session = provider.GetRequiredService<TrainingSessions>().Create("cartpole-swingup", "shac", seed: 7);

for (int i = 0; i < 3; i++) session.Iterate();

return session.Iteration == 3 && session.EnvironmentSteps > 0 ? 0 : 1;
