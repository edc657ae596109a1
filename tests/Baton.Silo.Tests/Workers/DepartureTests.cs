using Baton.Contracts.Workers;
using Baton.Silo.Workers;

namespace Baton.Silo.Tests.Workers;

public sealed class DepartureTests
{
    private readonly Departure _departure = new(WorkerRole.Decode);

    [Fact]
    public void Convert_ToTheOtherRole_IsAskedAndGoesOnInIt()
    {
        Assert.True(_departure.Convert(WorkerRole.Prefill));
        Assert.True(_departure.Asked.IsCompleted);
        Assert.Equal(WorkerRole.Prefill, _departure.NextRole);
        Assert.True(_departure.Convert(WorkerRole.Prefill));
    }

    [Fact]
    public void Convert_ToWhatItIs_DoesNothing()
    {
        Assert.False(_departure.Convert(WorkerRole.Decode));
        Assert.False(_departure.Asked.IsCompleted);
    }

    [Fact]
    public void Convert_Leaves_IsRefused()
    {
        _departure.Leave();
        Assert.False(_departure.Convert(WorkerRole.Prefill));
        Assert.Null(_departure.NextRole);
    }

    [Fact]
    public void Leave_Converts_LeavesForGood()
    {
        _departure.Convert(WorkerRole.Prefill);
        _departure.Leave();
        Assert.Null(_departure.NextRole);
    }

    [Fact]
    public void Begin_Converts_StillConverts()
    {
        _departure.Convert(WorkerRole.Prefill);
        _departure.Begin();
        Assert.Equal(WorkerRole.Prefill, _departure.NextRole);
    }
}
