namespace Baton.Host.Tests.Topologies;

/// <summary>A request at every tick, none of which may fail.</summary>
internal sealed class SteadyLoad : IDisposable
{
    private readonly PeriodicTimer _timer;
    private readonly List<Task<Completed>> _requests = [];
    private readonly Task _running;

    public SteadyLoad(HttpClient client, TimeSpan interval, Func<int, (int[] Prompt, int MaxTokens)> request)
    {
        _timer = new PeriodicTimer(interval);
        _running = RunAsync(client, request);
    }

    /// <summary>Ends it; all requests have been answered then.</summary>
    public async Task EndAsync()
    {
        _timer.Dispose();
        await _running;
        Assert.All(await Task.WhenAll(_requests), r => Assert.NotEmpty(r.Tokens));
    }

    public void Dispose() => _timer.Dispose();

    private async Task RunAsync(HttpClient client, Func<int, (int[] Prompt, int MaxTokens)> request)
    {
        for (var i = 0; await _timer.WaitForNextTickAsync(TestContext.Current.CancellationToken); i++)
        {
            var (prompt, maxTokens) = request(i);
            _requests.Add(client.CompleteAsync(prompt, maxTokens));
        }
    }
}
