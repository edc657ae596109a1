using CsCheck;

namespace Baton.Core.Tests.Scheduling;

public sealed class SchedulerPropertyTests
{
    [Fact]
    public void Anything_InAnyOrder_HoldsAndEnds()
    {
        int layerGroups = 0;
        int failures = 0;
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 999]).Array[1, 250].Sample(
            operations =>
            {
                var world = new SchedulerWorld();
                foreach ((int kind, int value) in operations)
                    world.Do(kind, value);
                world.Finish();
                Interlocked.Add(ref layerGroups, world.LayerGroups);
                Interlocked.Add(ref failures, world.Failures);
            },
            iter: 100);
        Assert.True(layerGroups > 100);
        Assert.True(failures > 10);
    }

    [Fact]
    public void Anything_SizedByAnyCosts_HoldsAndEnds() =>
        Gen.Select(Sizings.Profiles, Sizings.Targets, Sizings.Targets, Gen.Select(Gen.Int[0, 12], Gen.Int[0, 999]).Array[1, 250]).Sample(
            (profile, target, longest, operations) =>
            {
                var world = new SchedulerWorld(profile, target, longest);
                foreach ((int kind, int value) in operations)
                    world.Do(kind, value);
                world.Finish();
            },
            iter: 100);
}
