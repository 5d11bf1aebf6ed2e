# The command line: docker build --tag physembed . && docker run --rm --user "$(id -u)" -v "$PWD":/work physembed demo
FROM python:3.11-slim
# numba and PyTorch bring their own compilers; data/ and results go where the volume is
ENV MPLCONFIGDIR=/tmp/matplotlib NUMBA_CACHE_DIR=/tmp/numba PHYSEMBED_DATA=/work/data
COPY . /source
RUN pip install --no-cache-dir -c /source/constraints.txt "/source[files,onnx]" && rm -r /source
RUN useradd --create-home physembed
USER physembed
WORKDIR /work
ENTRYPOINT ["physembed"]
CMD ["--help"]
